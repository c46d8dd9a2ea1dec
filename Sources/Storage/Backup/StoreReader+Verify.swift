import EventModel

/// What a look at everything in a store has found.
public struct StoreVerification: Sendable, Equatable {
    /// Blocks and events that are as they were written.
    public var blocks = 0
    public var events = 0
    public var damagedBlocks: [DamagedBlock] = []
    /// What else is wrong: pages of the database, the ledger.
    public var problems: [String] = []

    public var isSound: Bool { damagedBlocks.isEmpty && problems.isEmpty }

    public init() {}
}

extension StoreReader {
    /// How many faults of its pages SQLite is asked for; with one, the database has to be restored anyway.
    private static let maximumPageFaults = 20

    /// Checks every block against its checksums and by decoding all of it, the database's pages, and the ledger.
    ///
    /// - Parameter onBlock: called after each block with the number of blocks looked at, and of all.
    public func verify(onBlock: @Sendable (Int, Int) -> Void = { _, _ in }) throws -> StoreVerification {
        try StoreError.translating(files.database) {
            var result = StoreVerification()
            result.problems += try connection.rows("PRAGMA integrity_check(\(Self.maximumPageFaults))") { $0.text(0) }
                .filter { $0 != "ok" }.map { "\(files.database): \($0)" }
            let entries = try blocks.entries(since: nil, until: nil, order: .oldestFirst)
            let coldEntries = try ColdCatalog.entries(connection, since: .min, until: .max)
            let all = entries.count + coldEntries.count
            for (number, entry) in entries.enumerated() {
                if Task.isCancelled { throw CancellationError() }
                switch try blocks.open(entry, withKeys: true) {
                case .gone: break
                case .damaged(let damage): result.damagedBlocks.append(damage)
                case .block(let block):
                    do {
                        let events = try blocks.decoder.decode(block).reduce(0) { $0 + $1.batch.rows.count }
                        result.blocks += 1
                        result.events += events
                    } catch let error as BlockError {
                        result.damagedBlocks.append(BlockSource.damage(entry, error.description))
                    }
                }
                onBlock(number + 1, all)
            }
            for (number, entry) in coldEntries.enumerated() {
                if Task.isCancelled { throw CancellationError() }
                try verify(entry, &result)
                onBlock(entries.count + number + 1, all)
            }
            result.problems += try ledgerProblems()
            return result
        }
    }

    private func verify(_ entry: ColdEntry, _ result: inout StoreVerification) throws {
        switch try cold.open(entry) {
        // Replaced or expired since the list was read, if it is no longer part of the store.
        case .gone:
            if try ColdCatalog.entries(connection, partition: entry.partition).contains(where: { $0.id == entry.id }) {
                result.damagedBlocks.append(ColdSource.damage(entry, "the partition lacks the block"))
            }
        case .damaged(let damage): result.damagedBlocks.append(damage)
        case .block(let block):
            do {
                let events = try coldDecoder.decode(block).reduce(0) { $0 + $1.batch.rows.count }
                result.blocks += 1
                result.events += events
                if events != entry.count {
                    result.damagedBlocks.append(ColdSource.damage(entry, "\(events) events instead of \(entry.count)"))
                }
                if let flaw = try cold.flaw(entry) {
                    // No event is lost: searches read the block instead.
                    result.problems.append(ColdSource.damage(entry, flaw).description)
                }
            } catch let error as BlockError {
                result.damagedBlocks.append(ColdSource.damage(entry, error.description))
            }
        }
    }

    private func ledgerProblems() throws -> [String] {
        let accounts = try LedgerChanges.read(connection)
        var problems = accounts.filter { !$0.isBalanced }.map { account in
            "the ledger of \(account.source) does not balance: received \(account.received), stored \(account.stored), "
                + "duplicate \(account.duplicate), quarantined \(account.quarantined), dropped \(account.droppedTotal)"
        }
        // Every event that the ledger counts has got a number, and no other.
        let numbered = try EngineState.read(connection).storedThrough
        let counted = accounts.reduce(0) { $0 &+ $1.events }
        if Int64(counted) != numbered {
            problems.append("the ledger counts \(counted) events, but \(numbered) numbers were given out")
        }
        return problems
    }
}
