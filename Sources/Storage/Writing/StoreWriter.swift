public import EventModel

/// The one writer of a store: events (D1), conclusions (D2), the outbox, the daemon's heartbeat.
///
/// It runs on a thread of its own, since every commit waits for the disk. What a method throws is a `StoreError`; nothing has
/// changed then, neither on disk nor in memory, so the same call can be made again.
public actor StoreWriter {
    public nonisolated let files: StoreFiles
    /// The store's name for itself, and the secret for event keys.
    public nonisolated let identity: StoreIdentity

    private let executor: ConnectionExecutor
    /// Nil after `close`.
    private var open: (connection: Connection, lock: StoreLock)?
    let limits: StoreLimits
    private let products: ProductCatalog
    private let encoder: BlockEncoder
    private var recent: RecentKeys
    private var nextSequence: Int64
    /// When the log may be emptied by force again.
    var nextEmptying = ContinuousClock.now

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the store for writing; makes it if it is not there. Reads the keys of the latest events for de-duplication.
    /// - Throws: `StoreError`: `inUse` when another process writes to it, `newerSchema`, `damaged`, `inputOutput`.
    public init(files: StoreFiles, catalog: FieldCatalog, products: ProductCatalog, limits: StoreLimits = StoreLimits()) throws {
        self.files = files
        self.limits = limits
        self.products = products
        executor = ConnectionExecutor(label: "perimeter.store.writer")
        if DiskFile.exists(files.repairedDatabase) {
            throw StoreError(.damaged, path: files.database, detail: "a repair was cut off")
        }
        if !files.databaseExists { try Self.refuseOrphans(files) }
        try files.create()
        let lock = try StoreLock(files)
        let opened = try StoreError.translating(files.database) {
            let connection = try Connection(path: files.database, access: .readWrite, busyTimeout: limits.busyTimeout)
            if try connection.integer("PRAGMA user_version") == 0 { try Self.refuseOrphans(files) }
            try Migrations.prepareForWriting(connection, limits: limits)
            let identity = try StoreIdentity.read(connection)
            guard let next = try connection.integer("SELECT value FROM engine WHERE name = 'next_sequence'") else {
                throw StoreError(.damaged, path: files.database, detail: "the table engine lacks next_sequence")
            }
            return (connection, identity, next)
        }
        open = (opened.0, lock)
        identity = opened.1
        nextSequence = opened.2
        encoder = BlockEncoder(catalog: catalog, products: products, limits: limits)
        recent = RecentKeys(capacity: limits.recentKeys)
        try Self.loadKeys(opened.0, into: &recent, path: files.database, limits: limits)
    }

    /// A new `siem.db` would list none of the partitions that are there, and they would be swept away.
    private static func refuseOrphans(_ files: StoreFiles) throws {
        guard let name = try files.partitionNames().first else { return }
        throw StoreError(
            .damaged, path: files.database,
            detail: "it is not there, or empty, but there are events in \(StoreFiles.coldName)/\(name)")
    }

    /// Moves the log into the database, closes it, and lets another process write. Every later call throws `closed`.
    public func close() throws {
        // A reader may be in the way: then the log stays, and is read with the database.
        if open != nil { try perform { try $0.execute("PRAGMA wal_checkpoint(TRUNCATE)") } }
        open = nil
    }

    /// Runs `body` on the connection, and says in the store's words what went wrong.
    func perform<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        guard let open else { throw StoreError(.closed, path: files.directory, detail: "nothing can be written any more") }
        return try StoreError.translating(files.database) { try body(open.connection) }
    }

    // MARK: - Events (D1)

    /// Stores events with their sources' cursors and the ledger, all or nothing. Events whose key the store had recently, and
    /// those that come twice in the commit, are left out and counted as duplicates.
    /// - Returns: the batches in the given order, with each event's sequence number.
    @discardableResult
    public func commit(_ commit: EventCommit) throws -> [StoredBatch] {
        if commit.isEmpty { return [] }
        recent.begin(commit.batches.reduce(0) { $0 + $1.rows.count })
        encoder.reset()
        do {
            var next = nextSequence
            let stored = try perform { connection in
                try connection.transaction { try write(commit, connection, next: &next) }
            }
            recent.commit()
            nextSequence = next
            return stored
        } catch {
            recent.rollBack()
            throw error
        }
    }

    private func write(_ commit: EventCommit, _ connection: Connection, next: inout Int64) throws -> [StoredBatch] {
        var stored: [StoredBatch] = []
        stored.reserveCapacity(commit.batches.count)
        var ledger = LedgerChanges()
        let first = next
        var blockFirst = next
        for batch in commit.batches {
            let sequences = number(batch, &next)
            sequences.withUnsafeBufferPointer { encoder.append(batch, sequences: $0) }
            ledger.add(batch, sequences: sequences)
            try AliasTable.write(batch, sequences: sequences, connection)
            stored.append(StoredBatch(batch: batch, sequences: sequences))
            if encoder.rawBytes >= limits.blockBytes {
                try insertBlock(connection, first: blockFirst)
                blockFirst = next
            }
            if let cursor = batch.progress.cursor, cursor.value.isEmpty {
                try connection.run("DELETE FROM cursors WHERE name = ?", [.text(cursor.name)])
            } else if let cursor = batch.progress.cursor {
                try connection.run(
                    "INSERT INTO cursors VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                    [.text(cursor.name), .text(cursor.value)])
            }
            if let memory = batch.progress.memory {
                try MemoryTable.write(memory, connection)
                ledger.add(duplicates: memory.duplicates, batch.source.name)
            }
        }
        if encoder.rowCount > 0 { try insertBlock(connection, first: blockFirst) }
        if next != first {
            try connection.run("UPDATE engine SET value = ? WHERE name = 'next_sequence'", [.integer(next)])
        }
        for drop in commit.drops { ledger.add(drop) }
        for refusal in commit.refusals { ledger.add(refusal) }
        try ledger.write(connection)
        return stored
    }

    /// Gives each new event of the batch the next number; duplicates get 0.
    private func number(_ batch: EventBatch, _ next: inout Int64) -> [Int64] {
        let rows = batch.rows
        var number = next
        let sequences = [Int64](unsafeUninitializedCapacity: rows.count) { buffer, count in
            for index in 0..<rows.count {
                if recent.insert(rows[index].key) {
                    buffer[index] = number
                    number += 1
                } else {
                    buffer[index] = 0
                }
            }
            count = rows.count
        }
        next = number
        return sequences
    }

    private func insertBlock(_ connection: Connection, first: Int64) throws {
        let (block, keys, summary) = encoder.finish(firstSequence: first)
        let statement = try connection.statement("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        defer {
            statement.reset()
            encoder.reset()
        }
        let numbers: [Int64] = [
            first, Int64(summary.rowCount), summary.minTime, summary.maxTime, summary.minReceived, summary.maxReceived,
        ]
        for (index, number) in numbers.enumerated() { try statement.bind(index + 1, number) }
        try statement.bind(7, summary.products.map { products[$0].name }.joined(separator: " "))
        try statement.bind(8, summary.classes.map(String.init).joined(separator: " "))
        try statement.bind(9, Int64(summary.rawBytes))
        try statement.bind(10, Int64(BlockHeader.version))
        try statement.bind(11, Int64(bitPattern: XXHash64.hash(keys)))
        // Both stay where they are until the encoder is used again.
        try statement.bind(12, unowned: keys)
        try statement.bind(13, unowned: block)
        _ = try statement.step()
    }

    /// The keys of the latest blocks, hot or compacted, the oldest of them first, so that the newest are forgotten last. A block
    /// whose keys are damaged is left out: its events could then be stored a second time, which is better than not to start.
    private static func loadKeys(
        _ connection: Connection, into recent: inout RecentKeys, path: String, limits: StoreLimits
    ) throws {
        try StoreError.translating(path) {
            var blocks: [Int64] = []
            var count = 0
            for (first, rows) in try connection.rows(
                """
                SELECT first_sequence, count FROM blocks UNION ALL SELECT first_sequence, count FROM spent_keys
                ORDER BY first_sequence DESC LIMIT ?
                """, [.count(limits.recentBlocks)], { ($0.integer(0), Int($0.integer(1))) })
            {
                if count >= limits.recentKeys { break }
                count += rows
                blocks.append(first)
            }
            for first in blocks.reversed() {
                _ = try connection.row(
                    """
                    SELECT keys, keys_checksum FROM blocks WHERE first_sequence = ?1
                    UNION ALL SELECT keys, keys_checksum FROM spent_keys WHERE first_sequence = ?1
                    """, [.integer(first)]
                ) { row in
                    let keys = row.blob(0)
                    if Int64(bitPattern: XXHash64.hash(keys)) == row.integer(1) { recent.load(keys) }
                }
            }
        }
    }

    // MARK: - Conclusions (D2)

    /// Stores findings, the deliveries they owe, and how far correlation has read, all or nothing. Repeating it changes nothing:
    /// a finding is replaced by its new state, a delivery id that is known is left as it is, the position never goes back.
    public func commit(_ commit: CorrelationCommit) throws {
        try perform { connection in
            try connection.transaction { try Conclusions.write(commit, connection, now: .now()) }
        }
    }

    /// Notes that the daemon is alive, and how it does.
    public func write(_ heartbeat: Heartbeat) throws {
        try perform { try heartbeat.write($0) }
    }

    // MARK: - Reading one's own writes

    /// The position of a source as last committed.
    public func cursor(named name: String) throws -> String? {
        try perform { try StoreQueries.cursor($0, name) }
    }

    /// Every source's account.
    public func ledger() throws -> [LedgerAccount] {
        try perform { try LedgerChanges.read($0) }
    }

    /// What a source remembers of the records that it read, as last committed.
    public func memory(named name: String) throws -> [SourceMemory.Entry] {
        try perform { try MemoryTable.read(name, $0) }
    }

    /// Gives what events have taught of the names of accounts, in parts; those that were not seen for longest, beyond `limit`,
    /// are forgotten.
    public func loadAliases(limit: Int, _ body: @Sendable ([LearnedAlias]) -> Void) throws {
        try trimAliases(to: limit)
        try perform { try AliasTable.read($0, body) }
    }

    /// Forgets names of accounts: those that are an address's or id's, and those that have this name.
    /// - Returns: what was forgotten.
    public func forgetAliases(of name: String) throws -> [LearnedAlias] {
        try perform { connection in try connection.transaction { try AliasTable.forget(name, connection) } }
    }

    /// Forgets the names that were not seen for longest, beyond so many.
    public func trimAliases(to limit: Int) throws {
        try perform { connection in try connection.transaction { try AliasTable.trim(to: limit, connection) } }
    }

    /// The positions as last committed whose names begin so, by name.
    public func cursors(prefix: String) throws -> [String: String] {
        try perform { try StoreQueries.cursors($0) }.filter { $0.key.hasPrefix(prefix) }
    }

    /// How far correlation has come, and its latest snapshot.
    public func engineState() throws -> EngineState {
        try perform { try EngineState.read($0) }
    }
}
