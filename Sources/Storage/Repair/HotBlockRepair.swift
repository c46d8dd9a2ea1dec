import EventModel

/// Looks at hot blocks, and takes those that cannot be read out of the store.
struct HotBlockRepair {
    let connection: Connection
    let damaged: DamagedFolder
    /// What is found is put right in the database.
    let changes: Bool
    private let decoder: BlockDecoder

    init(_ connection: Connection, damaged: DamagedFolder, changes: Bool) {
        self.connection = connection
        self.damaged = damaged
        self.changes = changes
        decoder = BlockDecoder(catalog: FieldCatalog(), products: ProductCatalog([]), sources: [])
    }

    /// What was found of all blocks.
    struct Outcome {
        /// The numbers of the events that are there.
        var numbers = SequenceSet()
        var losses: [RepairReport.Loss] = []
        var notes: [String] = []
    }

    /// Reads and decodes every block. A block that cannot be read is removed, its bytes are kept; keys that cannot be trusted
    /// are forgotten; and what `siem.db` says of a block is made to agree with it.
    func run() throws -> Outcome {
        var outcome = Outcome()
        let entries = try connection.rows(
            "SELECT first_sequence, count, min_time, max_time, products FROM blocks ORDER BY first_sequence"
        ) { (entry: HotBlockEntry($0), products: $0.text(4)) }
        for (entry, products) in entries {
            do {
                let block = try open(entry)
                let events = try decoder.decode(block)
                outcome.numbers.insert(entry.numbers)
                try correct(entry, products, block, events, &outcome)
            } catch let error as BlockError {
                try remove(entry, products, error, &outcome)
            }
        }
        try forgetDamagedKeys(&outcome)
        return outcome
    }

    private func open(_ entry: HotBlockEntry) throws -> OpenBlock {
        guard entry.isPossible else { throw BlockError.damaged("its number or its count cannot be") }
        let block = try connection.row("SELECT data FROM blocks WHERE first_sequence = ?", [.integer(entry.firstSequence)]) {
            try decoder.open($0.blob(0), keys: nil, keysChecksum: 0, firstSequence: entry.firstSequence, count: entry.count)
        }
        guard let block else { throw BlockError.damaged("its row is gone") }
        return block
    }

    private func remove(
        _ entry: HotBlockEntry, _ products: String, _ error: BlockError, _ outcome: inout Outcome
    ) throws {
        if entry.isPossible {
            outcome.losses.append(
                RepairReport.Loss(
                    file: StoreFiles.databaseName, reason: error.description, events: entry.count, numbers: entry.numbers,
                    times: entry.times, products: products.split(separator: " ").map(String.init)))
        } else {
            outcome.notes.append("a hot block numbered \(entry.firstSequence) was removed: \(error.description)")
        }
        if !changes { return }
        let bytes = try connection.row("SELECT data FROM blocks WHERE first_sequence = ?", [.integer(entry.firstSequence)]) {
            Array($0.blob(0))
        }
        try damaged.keep(bytes ?? [], as: "hot-\(entry.firstSequence).block")
        try connection.transaction {
            try connection.run("DELETE FROM blocks WHERE first_sequence = ?", [.integer(entry.firstSequence)])
            if let loss = outcome.losses.last, entry.isPossible { try Books(connection).add(loss, sources: [:]) }
        }
    }

    /// Makes the columns of a block's row say what the block says.
    private func correct(
        _ entry: HotBlockEntry, _ products: String, _ block: OpenBlock, _ events: [DecodedPart], _ outcome: inout Outcome
    ) throws {
        let keysAreIntact = try connection.row(
            "SELECT keys, keys_checksum FROM blocks WHERE first_sequence = ?", [.integer(entry.firstSequence)]
        ) { $0.blob(0).count == entry.count * 16 && Int64(bitPattern: XXHash64.hash($0.blob(0))) == $0.integer(1) }
        if keysAreIntact != true {
            outcome.notes.append(
                "the keys of events \(entry.numbers.lowerBound) to \(entry.numbers.upperBound) are damaged: "
                    + "these events are stored again if they are sent again")
            let keys = [UInt8](repeating: 0, count: entry.count * 16)
            try update(
                "UPDATE blocks SET keys = ?, keys_checksum = ? WHERE first_sequence = ?",
                [.blob(keys), .integer(keys.withUnsafeBytes { Int64(bitPattern: XXHash64.hash($0)) })], entry)
        }
        let times = events.flatMap { $0.batch.rows.map(\.time) }
        guard let least = times.min(), let greatest = times.max() else { return }
        let known = Set(products.split(separator: " ").map(String.init))
        let used = Set(block.directory.shapes.map { block.directory.products[Int($0.product)] })
        if entry.times != least...greatest || known != used {
            outcome.notes.append(
                "\(StoreFiles.databaseName) said other times or products of the events "
                    + "\(entry.numbers.lowerBound) to \(entry.numbers.upperBound) than they have: searches may have missed them")
            try update(
                "UPDATE blocks SET min_time = ?, max_time = ?, products = ? WHERE first_sequence = ?",
                [
                    .integer(least.microseconds), .integer(greatest.microseconds), .text(used.sorted().joined(separator: " ")),
                ], entry)
        }
    }

    private func update(_ sql: String, _ values: [SQLiteValue], _ entry: HotBlockEntry) throws {
        if !changes { return }
        try connection.transaction { try connection.run(sql, values + [.integer(entry.firstSequence)]) }
    }

    /// Removes keys of compacted blocks whose checksum differs.
    private func forgetDamagedKeys(_ outcome: inout Outcome) throws {
        let firsts = try connection.rows("SELECT first_sequence FROM spent_keys") { $0.integer(0) }
        var damaged: [Int64] = []
        for first in firsts {
            let isIntact = try connection.row(
                "SELECT keys, keys_checksum, count FROM spent_keys WHERE first_sequence = ?", [.integer(first)]
            ) { Int64(bitPattern: XXHash64.hash($0.blob(0))) == $0.integer(1) && $0.blob(0).count / 16 == Int($0.integer(2)) }
            if isIntact != true { damaged.append(first) }
        }
        guard !damaged.isEmpty else { return }
        outcome.notes.append(
            "the keys of \(damaged.count) compacted blocks are damaged: their events are stored again if they are sent again")
        if !changes { return }
        try connection.transaction {
            for first in damaged { try connection.run("DELETE FROM spent_keys WHERE first_sequence = ?", [.integer(first)]) }
        }
    }
}
