import EventModel

/// Makes a new `siem.db` of what can be read of a damaged one.
struct DatabaseSalvage {
    /// What became of the old database.
    struct Outcome {
        /// Hot blocks that the old database had and whose bytes could not be read.
        var lostBlocks: [HotBlockEntry] = []
        /// The old list of cold blocks is there to its last row.
        var hasWholeCatalog = false
        /// How far correlation had come is known.
        var hasPosition = false
        var notes: [String] = []
    }

    /// Tables with row numbers, besides `blocks`.
    private static let numbered = ["snapshot", "findings", "deliveries", "spent_keys", "cold_blocks"]
    /// Tables without, by their keys.
    private static let keyed = [
        ("meta", ["name"]), ("engine", ["name"]), ("cursors", ["name"]), ("ledger", ["source", "counter"]),
        ("endpoints", ["name"]),
    ]
    /// What the loss of some rows of a table means.
    private static let consequences = [
        "meta": "the store has a new identity: events that are sent again are stored again, and backups go to a new folder",
        "snapshot": "the correlator reads all stored events again when siemd starts",
        "findings": "findings are missing",
        "deliveries": "webhooks that were owed may not be sent, others may be sent again",
        "spent_keys": "events that are sent again may be stored again",
        "cold_blocks": "the cold blocks are listed anew, from their files",
        "engine": "the numbers of the engine are worked out from the events",
        "cursors": "collectors begin anew where their position is lost",
        "ledger": "the ledger is worked out from what is left",
        "endpoints": "webhooks that were disabled are tried again",
    ]

    /// The new database, empty but for its tables.
    let new: Connection

    /// Copies everything that a connection to the old database gives; nil if there is none.
    func copy(from old: Connection?) throws -> Outcome {
        var outcome = Outcome()
        let salvage = old.map { TableSalvage(connection: $0) }
        let tables = salvage?.tables() ?? []
        try old?.execute("PRAGMA cell_size_check = ON")
        try new.transaction {
            for table in Self.numbered {
                let isWhole = try tables.contains(table) && (salvage?.copy(table, to: new) ?? false)
                if table == "cold_blocks" { outcome.hasWholeCatalog = isWhole }
                if !isWhole { outcome.notes.append(Self.note(table)) }
            }
            // Told from a position of nought, which a new database has.
            try new.run("DELETE FROM engine WHERE name = 'correlated_through'")
            for (table, key) in Self.keyed {
                if try !(tables.contains(table) && (salvage?.copy(table, key: key, to: new) ?? false)) {
                    // The identity is two rows, and both are there or not.
                    if table == "meta", try hasOldIdentity(salvage, tables) { continue }
                    outcome.notes.append(Self.note(table))
                }
            }
            outcome.hasPosition = try new.integer("SELECT 1 FROM engine WHERE name = 'correlated_through'") == 1
            try new.run("INSERT OR IGNORE INTO engine VALUES ('correlated_through', 0)")
            if let salvage { outcome.lostBlocks = try copyBlocks(salvage, tables) }
        }
        return outcome
    }

    private static func note(_ table: String) -> String {
        "the table \(table) of \(StoreFiles.databaseName) could not be read as a whole: "
            + (consequences[table] ?? "rows are missing")
    }

    private func hasOldIdentity(_ salvage: TableSalvage?, _ tables: Set<String>) throws -> Bool {
        guard let salvage, tables.contains("meta") else { return false }
        var names: Set<String> = []
        _ = try salvage.rows("meta", key: ["name"], "name") { names.insert($0.text(0)) }
        return names.isSuperset(of: ["store_id", "key_seed"])
    }

    /// Copies hot blocks, and tells of which ones there is no more than the index.
    private func copyBlocks(_ salvage: TableSalvage, _ tables: Set<String>) throws -> [HotBlockEntry] {
        guard tables.contains("blocks") else { return [] }
        var copied: Set<Int64> = []
        let columns = try TableSalvage.columns("blocks", new)
        let isWhole = try salvage.rows("blocks", columns.joined(separator: ", ")) { row in
            if try TableSalvage.insert(row, into: "blocks", columns, new) { copied.insert(row.integer(0)) }
        }
        guard !isWhole else { return [] }
        var lost: [HotBlockEntry] = []
        for direction in ["ASC", "DESC"] {
            do {
                _ = try salvage.connection.rows(
                    """
                    SELECT first_sequence, count, min_time, max_time FROM blocks INDEXED BY blocks_by_time
                    ORDER BY max_time \(direction), min_time \(direction), count \(direction) LIMIT 10000000
                    """
                ) { row in
                    let entry = HotBlockEntry(row)
                    if entry.isPossible, copied.insert(entry.firstSequence).inserted { lost.append(entry) }
                }
                break
            } catch let error as SQLiteError where TableSalvage.isDamage(error) {
                // From the other end, then.
            }
        }
        return lost.sorted { $0.firstSequence < $1.firstSequence }
    }
}

/// What `siem.db` says of a hot block's place and time.
struct HotBlockEntry {
    var firstSequence: Int64
    var count: Int
    var times: ClosedRange<Timestamp>?

    /// Reads first number, count, least and greatest time from a row's first columns.
    init(_ row: Statement) {
        firstSequence = row.integer(0)
        count = Int(row.integer(1))
        let (least, greatest) = (row.integer(2), row.integer(3))
        times = least <= greatest ? Timestamp(microseconds: least)...Timestamp(microseconds: greatest) : nil
    }

    /// Whether a block can be like that: what stands in a damaged file may say anything.
    var isPossible: Bool {
        firstSequence > 0 && firstSequence < 1 << 60 && count > 0 && count <= StoreLimits.maximumBlockRows
    }

    var numbers: ClosedRange<Int64> { firstSequence...firstSequence + Int64(count) - 1 }
}

extension TableSalvage {
    /// The columns of a table of ours.
    static func columns(_ table: String, _ connection: Connection) throws -> [String] {
        try connection.rows("SELECT name FROM pragma_table_info(?)", [.text(table)]) { $0.text(0) }
    }

    /// Copies a table with row numbers.
    /// - Returns: whether all of it was there.
    func copy(_ table: String, to new: Connection) throws -> Bool {
        let columns = try Self.columns(table, new)
        var isWhole = true
        let isRead = try rows(table, columns.joined(separator: ", ")) { row in
            if try !Self.insert(row, into: table, columns, new) { isWhole = false }
        }
        return isRead && isWhole
    }

    /// Copies a table without row numbers.
    /// - Returns: whether all of it was there.
    func copy(_ table: String, key: [String], to new: Connection) throws -> Bool {
        let columns = try Self.columns(table, new)
        // The key's columns come first in all of our tables.
        precondition(columns.starts(with: key), "a key is the first columns of its table")
        var isWhole = true
        let isRead = try rows(table, key: key, columns.joined(separator: ", ")) { row in
            if try !Self.insert(row, first: 0, into: table, columns, new) { isWhole = false }
        }
        return isRead && isWhole
    }

    /// Inserts a row, in place of one with its key.
    /// - Parameter first: the row's column that is the table's first one.
    /// - Returns: false if it cannot be a row of that table.
    static func insert(
        _ row: Statement, first: Int = 1, into table: String, _ columns: [String], _ new: Connection
    ) throws -> Bool {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        do {
            try new.run(
                "INSERT OR REPLACE INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))",
                columns.indices.map { row.value(first + $0) })
            return true
        } catch let error as SQLiteError where error.isConstraint {
            return false
        }
    }
}
