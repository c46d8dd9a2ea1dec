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
    private static let numbered = [
        "snapshot", "findings", "finding_changes", "deliveries", "drills", "spent_keys", "cold_blocks",
        "entity_risk",
    ]
    /// Tables without, by their keys.
    private static let keyed = [
        ("meta", ["name"]), ("engine", ["name"]), ("cursors", ["name"]), ("ledger", ["source", "counter"]),
        ("endpoints", ["name"]), ("source_memory", ["name", "key"]),
        ("aliases", ["product", "tenant", "kind", "name", "target"]), ("silences", ["id"]), ("notification_groups", ["key"]),
        ("delivery_findings", ["finding_uid", "delivery_id"]), ("state_pages", ["name", "page"]),
    ]
    /// What the loss of some rows of a table means.
    private static let consequences = [
        "meta": "the store has a new identity: events that are sent again are stored again, and backups go to a new folder",
        "snapshot": "the correlator reads all stored events again when siemd starts",
        "findings": "findings are missing",
        "finding_changes": "what was done with findings is not all known",
        "silences": "silences are missing: what they kept quiet is told",
        "notification_groups": "findings may be told again",
        "entity_risk": "the risk of entities is counted anew from the findings to come",
        "state_pages": "what is usual is learned anew by some rules, and until then they say nothing",
        "delivery_findings": "deliveries may not be shown with their findings",
        "drills": "what was sent as a drill may be told as real",
        "deliveries": "webhooks that were owed may not be sent, others may be sent again",
        "spent_keys": "events that are sent again may be stored again",
        "cold_blocks": "the cold blocks are listed anew, from their files",
        "engine": "the numbers of the engine are worked out from the events",
        "cursors": "collectors begin anew where their position is lost",
        "ledger": "the ledger is worked out from what is left",
        "source_memory": "records of the last hours may be stored again where a source is read with overlap",
        "aliases": "names of accounts are learned anew",
        "endpoints": "webhooks that were disabled are tried again",
    ]

    /// The new database, empty but for its tables.
    let new: Connection

    /// Copies everything that a connection to the old database gives; nil if SQLite cannot open it.
    /// - Parameter file: the old database; nil if there is none.
    func copy(from old: Connection?, file: String?) throws -> Outcome {
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
            outcome.lostBlocks = try copyBlocks(salvage, tables, file)
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
    private func copyBlocks(_ salvage: TableSalvage?, _ tables: Set<String>, _ file: String?) throws -> [HotBlockEntry] {
        var copied: Set<Int64> = []
        let columns = try TableSalvage.columns("blocks", new)
        if let salvage, tables.contains("blocks") {
            let isWhole = try salvage.rows("blocks", columns.joined(separator: ", ")) { row in
                if try TableSalvage.insert(row, into: "blocks", columns, new) { copied.insert(row.integer(0)) }
            }
            if isWhole { return [] }
        }
        if let file { try carve(file, columns, &copied) }
        guard let salvage, tables.contains("blocks") else { return [] }
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

extension DatabaseSalvage {
    /// Copies hot blocks that only their pages show. Some may have been compacted or have expired since.
    private func carve(_ file: String, _ columns: [String], _ copied: inout Set<Int64>) throws {
        let decoder = BlockDecoder(catalog: FieldCatalog(), products: ProductCatalog([]), sources: [])
        try PageCarver(file).blocks { values in
            guard case .integer(let first) = values[0], case .integer(let count) = values[1], !copied.contains(first),
                case .blob(let data) = values[values.count - 1]
            else { return }
            do {
                // A block that says itself that it is that one, and is whole.
                let block = try data.withUnsafeBytes { bytes in
                    try decoder.open(bytes, keys: nil, keysChecksum: 0, firstSequence: first, count: Int(count))
                }
                _ = try decoder.decode(block)
            } catch is BlockError {
                return
            }
            // A cold block's numbers have a hole where retention has been, and it is not to be filled again.
            let isCold = try new.integer(
                "SELECT 1 FROM cold_blocks WHERE last_sequence >= ? AND first_sequence <= ? LIMIT 1",
                [.integer(first), .integer(first + count - 1)])
            let overlaps = try new.integer(
                "SELECT 1 FROM blocks WHERE first_sequence < ? AND first_sequence + count > ? LIMIT 1",
                [.integer(first + count), .integer(first)])
            guard isCold == nil, overlaps == nil else { return }
            let marks = columns.map { _ in "?" }.joined(separator: ", ")
            do {
                try new.run("INSERT INTO blocks (\(columns.joined(separator: ", "))) VALUES (\(marks))", values)
                copied.insert(first)
            } catch let error as SQLiteError where error.isConstraint {
                // It is no row of that table after all.
            }
        }
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
