/// The numbers of the engine, and the ledger: what has to agree with the events that are there.
struct Books {
    private let connection: Connection
    private let isDryRun: Bool

    /// - Parameter isDryRun: what is wrong is told, and stays so.
    init(_ connection: Connection, isDryRun: Bool = false) {
        self.connection = connection
        self.isDryRun = isDryRun
    }

    // MARK: - Losses

    /// Enters lost events in the ledger. Within a transaction.
    /// - Parameter sources: of how many of them the source is known. The rest go to the only source that there is, or to
    ///   `LedgerAccount.unknownSource`.
    func add(_ loss: RepairReport.Loss, sources: [String: Int]) throws {
        var ledger = LedgerChanges()
        for (source, count) in sources { ledger.add(count, LedgerChanges.lostCounter, source) }
        let rest = loss.events - sources.values.reduce(0, +)
        if rest > 0 {
            let known = try LedgerChanges.read(connection).filter { $0.events > 0 }.map(\.source)
            ledger.add(rest, LedgerChanges.lostCounter, known.count == 1 ? known[0] : LedgerAccount.unknownSource)
        }
        try ledger.write(connection)
    }

    // MARK: - Numbers

    /// The first number that no cold block has or had.
    func nextColdBlock() throws -> Int64 {
        let last = try connection.integer("SELECT max(id) FROM cold_blocks") ?? 0
        return max(try ColdCatalog.nextID(connection), last + 1)
    }

    /// The last sequence number that was given out, by all that is known.
    private func lastSequence() throws -> Int64 {
        let queries = [
            "SELECT value - 1 FROM engine WHERE name = 'next_sequence'",
            "SELECT max(first_sequence + count - 1) FROM blocks",
            "SELECT max(first_sequence + count - 1) FROM spent_keys", "SELECT max(last_sequence) FROM cold_blocks",
            "SELECT sequence FROM snapshot", "SELECT value FROM engine WHERE name = 'correlated_through'",
            "SELECT sum(count) FROM ledger WHERE counter = 'events'",
        ]
        // What stands in a damaged file may say anything; blocks have been looked at, and have no such numbers.
        return try queries.compactMap { try connection.integer($0) }.filter { $0 >= 0 && $0 < 1 << 60 }.max() ?? 0
    }

    /// Makes the engine's numbers agree with the events. Within a transaction.
    /// - Parameter hasPosition: it is known how far correlation has come.
    /// - Returns: what was wrong, a line each.
    func settleNumbers(hasPosition: Bool) throws -> [String] {
        var notes: [String] = []
        let last = try lastSequence()
        let state = try EngineState.read(connection)
        if state.storedThrough != last {
            notes.append("the next event would have had the number \(state.storedThrough + 1); it gets \(last + 1)")
            try set("next_sequence", last + 1)
        }
        if !hasPosition {
            notes.append(
                "it is not known how far correlation had come: events up to \(last) are taken as correlated, so that no "
                    + "webhook is sent twice")
            try set("correlated_through", last)
        } else if state.correlatedThrough > last || state.correlatedThrough < 0 {
            notes.append("correlation had come further than events go: it goes on behind the last one")
            try set("correlated_through", last)
        }
        let nextBlock = try nextColdBlock()
        if try ColdCatalog.nextID(connection) != nextBlock { try set("next_cold_block", nextBlock) }
        return notes
    }

    private func set(_ name: String, _ value: Int64) throws {
        if isDryRun { return }
        try connection.run("INSERT OR REPLACE INTO engine VALUES (?, ?)", [.text(name), .integer(value)])
    }

    /// The numbers behind the cold blocks that no block has. Among those of cold ones, events may have expired.
    func missing(_ numbers: SequenceSet) throws -> [ClosedRange<Int64>] {
        let last = try EngineState.read(connection).storedThrough
        let first = (try connection.integer("SELECT max(last_sequence) FROM cold_blocks") ?? 0) + 1
        return first <= last ? numbers.gaps(in: first...last) : []
    }

    // MARK: - The ledger

    /// Makes every account balance, and all of them count as many events as numbers were given out. Within a transaction.
    /// - Returns: what was wrong, a line each.
    func settleLedger() throws -> [String] {
        var notes: [String] = []
        for account in try LedgerChanges.read(connection) where !account.isBalanced {
            let sum = account.accounted
            notes.append("the ledger of \(account.source) did not balance: \(account.received) received is now \(sum)")
            if isDryRun { continue }
            try connection.run(
                "INSERT OR REPLACE INTO ledger VALUES (?, 'received', ?)", [.text(account.source), .count(sum)])
        }
        let counted = try LedgerChanges.read(connection).reduce(0) { $0 &+ $1.events }
        let numbered = Int(try EngineState.read(connection).storedThrough)
        if counted < numbered {
            notes.append(
                "the ledger counted \(counted) events, but \(numbered) numbers were given out: the others' source is unknown")
            if isDryRun { return notes }
            var ledger = LedgerChanges()
            ledger.add(numbered - counted, "events", LedgerAccount.unknownSource)
            try ledger.write(connection)
        }
        return notes
    }
}
