import EventModel

extension Compactor {
    /// Removes what earlier runs left behind in partitions when they were ended in the middle. Call it before the first step.
    /// - Returns: how many blocks were removed.
    /// - Throws: `StoreError`; `damaged` when all other partitions have been swept.
    @discardableResult
    public func sweep() throws -> Int {
        var removed = 0
        var damage: StoreError?
        for name in try files.partitionNames() {
            do {
                removed += try StoreError.translating(files.partition(name)) { try sweep(name) }
            } catch let error as StoreError where error.code == .damaged {
                damage = damage ?? error
            }
        }
        if let damage { throw damage }
        return removed
    }

    /// Has a partition swept once readers that began before have had time to end: they still read the blocks of then.
    func sweepLater(_ name: String) { waiting.append((ContinuousClock.now + .seconds(StoreLimits.coldGraceSeconds), name)) }

    /// Sweeps the partitions whose time has come.
    public func sweepWaiting() throws {
        let now = ContinuousClock.now
        let due = waiting.filter { $0.due <= now }
        waiting.removeAll { $0.due <= now }
        for name in Set(due.map(\.name)) { _ = try StoreError.translating(files.partition(name)) { try sweep(name) } }
    }

    /// Removes from a partition the blocks that are not part of the store; the file too if none is left.
    func sweep(_ name: String) throws -> Int {
        let listed = Set(try ColdCatalog.entries(connection, partition: name).map(\.id))
        if listed.isEmpty {
            unlinkPartition(name)
            return 0
        }
        // Opening it for writing also takes back a transaction that a crash cut off.
        let partition = try Partition(writing: name, files: files, limits: limits)
        let stray = try partition.blockIDs().filter { !listed.contains($0) }
        if stray.isEmpty { return 0 }
        try partition.connection.transaction {
            for id in stray { try partition.remove(id) }
        }
        return stray.count
    }

    /// Unlinks a file that no block of the store is in. Readers that have it open read on.
    func unlinkPartition(_ name: String) {
        // What cannot be unlinked now is tried again by the next sweep. The journal last: without its file it is no more than
        // litter, and the file without it might be half of a transaction.
        try? DiskFile.remove(files.partition(name))
        try? DiskFile.remove(files.partition(name) + "-journal")
    }

    /// Joins small blocks of one day, which events that arrive late make: once there are several, they become one.
    /// - Returns: what was done; nil if there is no such day.
    public func merge() async throws -> Step? {
        guard let (name, entries) = try StoreError.translating(files.database, { try smallBlocks() }) else { return nil }
        var step = Step()
        var swap = ColdSwap()
        let source = coldSource()
        var events: [(batch: EventBatch, row: Int, sequence: Int64)] = []
        for entry in entries {
            guard case .block(let block) = try source.open(entry) else { continue }
            do {
                for part in try decoder.decode(block) {
                    for index in part.batch.rows.indices { events.append((part.batch, index, part.sequences[index])) }
                }
                swap.removed.append(entry.id)
            } catch {
                step.damagedBlocks.append(ColdSource.damage(entry, error.description))
            }
        }
        guard swap.removed.count > 1 else { return nil }
        events.sort { $0.sequence < $1.sequence }
        var next = try StoreError.translating(files.database) { try ColdCatalog.nextID(connection) }
        let origin = swap.removed.map { "cold:\($0)" }.joined(separator: " ")
        try reach(.beforePartition)
        try write(events, to: name, origin, next: &next, &swap, &step)
        try reach(.afterPartition)
        try await writer.apply(swap)
        try reach(.afterSwap)
        sweepLater(name)
        return step
    }

    /// A day's small blocks, if there are enough of them.
    private func smallBlocks() throws -> (String, [ColdEntry])? {
        let small = StoreLimits.coldBlockRows / 4
        let name = try connection.row(
            """
            SELECT partition FROM cold_blocks WHERE count < ? AND raw_bytes < ? GROUP BY partition HAVING count(*) >= ?
            ORDER BY count(*) DESC LIMIT 1
            """,
            [.count(small), .count(StoreLimits.coldBlockBytes / 4), .count(StoreLimits.coldSmallBlocks)]
        ) { $0.text(0) }
        guard let name else { return nil }
        var rows = 0
        var bytes = 0
        let entries = try ColdCatalog.entries(connection, partition: name).filter { entry in
            guard entry.count < small, entry.rawBytes < StoreLimits.coldBlockBytes / 4 else { return false }
            rows += entry.count
            bytes += entry.rawBytes
            return rows <= StoreLimits.coldBlockRows && bytes <= StoreLimits.coldBlockBytes
        }
        return (name, entries)
    }
}
