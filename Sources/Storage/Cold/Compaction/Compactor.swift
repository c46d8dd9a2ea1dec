public import EventModel

/// Turns hot blocks into cold ones, a block's worth at a time.
///
/// The partition is written first, then `siem.db` is told in one transaction that its blocks are part of the store and the hot
/// ones no longer are. So there is no moment at which a reader sees an event twice or not at all; a block that a crash left in a
/// partition is not listed in `siem.db`, and is removed by `sweep`. All of it can be stopped at any instant and run again.
///
/// It works on a thread of its own. One compactor a store.
public actor Compactor {
    /// What one step did.
    public struct Step: Sendable, Equatable {
        public var hotBlocks = 0
        public var coldBlocks = 0
        public var events = 0
        /// Bytes of the records, and of the cold blocks made of them with their filters.
        public var rawBytes = 0
        public var storedBytes = 0
        /// Hot blocks that could not be read: they stay where they are.
        public var damagedBlocks: [DamagedBlock] = []
        /// Events that had expired, and so did not become cold.
        public var expired: [RetentionReport.Share] = []
    }

    /// Where a test stops the work, as a crash would.
    package enum Checkpoint: CaseIterable, Sendable {
        case beforePartition, afterPartition, afterSwap
    }

    public nonisolated let files: StoreFiles
    private let executor = ConnectionExecutor(label: "perimeter.store.compactor")
    let writer: StoreWriter
    let limits: StoreLimits
    let catalog: FieldCatalog
    let products: ProductCatalog
    let connection: Connection
    let blocks: BlockSource
    let blockWriter: ColdBlockWriter
    let sealer: ColdBlockSealer
    private let digester: Digester
    let decoder: ColdBlockDecoder
    let zstd: Zstd
    /// Hot blocks that cannot be read, by their first number.
    private var unreadable: Set<Int64> = []
    /// Partitions to be swept, and when.
    var waiting: [(due: ContinuousClock.Instant, name: String)] = []
    /// What had expired when that was last looked for: late events that have are not made cold, since each would have its day's
    /// file written again.
    var cutoffs: RetentionCutoffs?
    private var interruption: (@Sendable (Checkpoint) throws -> Void)?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter writer: the store's one writer, which makes the changes to `siem.db`.
    /// - Throws: `StoreError`.
    public init(
        writer: StoreWriter, catalog: FieldCatalog, products: ProductCatalog, limits: StoreLimits = StoreLimits()
    ) throws {
        self.writer = writer
        files = writer.files
        self.limits = limits
        self.catalog = catalog
        self.products = products
        let database = writer.files.database
        let busyTimeout = limits.busyTimeout
        connection = try StoreError.translating(database) {
            let connection = try Connection(path: database, access: .readOnly, busyTimeout: busyTimeout)
            try Migrations.checkForReading(connection)
            return connection
        }
        blocks = BlockSource(connection, decoder: BlockDecoder(catalog: catalog, products: products, sources: []))
        blockWriter = ColdBlockWriter(catalog: catalog, products: products)
        sealer = ColdBlockSealer(level: limits.coldCompressionLevel)
        decoder = ColdBlockDecoder(catalog: catalog, sources: [])
        zstd = Zstd(level: limits.coldCompressionLevel)
        digester = Digester(catalog: catalog, products: products)
    }

    /// For tests: called at each step of the work; what it throws ends the work there.
    package func interrupt(_ body: (@Sendable (Checkpoint) throws -> Void)?) { interruption = body }

    func reach(_ checkpoint: Checkpoint) throws { try interruption?(checkpoint) }

    /// Compacts the oldest hot blocks: as many as fill one cold block.
    ///
    /// - Parameters:
    ///   - sequence: only blocks all of whose events are up to this number; nil for the correlator's snapshot, behind which a
    ///     restart reads nothing.
    ///   - isEager: also when they do not fill a block.
    /// - Returns: what was done; nil if there is not enough to do.
    public func step(through sequence: Int64? = nil, isEager: Bool = false) async throws -> Step? {
        let work = try StoreError.translating(files.database) { try gather(sequence, isEager: isEager) }
        guard let work else { return nil }
        var step = Step()
        step.damagedBlocks = work.damaged
        step.expired = work.expired.shares
        step.hotBlocks = work.hot.count
        var swap = ColdSwap()
        swap.hot = work.hot
        let origin = work.hot.map(String.init).joined(separator: " ")
        try reach(.beforePartition)
        var next = try StoreError.translating(files.database) { try ColdCatalog.nextID(connection) }
        for (day, events) in work.days.sorted(by: { $0.key < $1.key }) {
            let name = try StoreError.translating(files.database) { try partitionName(day) }
            let before = (next, swap, step)
            do {
                try write(events, to: name, origin, next: &next, &swap, &step)
            } catch let error as StoreError where error.code == .damaged {
                // A damaged file is read as far as that goes, and takes no more.
                (next, swap, step) = before
                try write(events, to: PartitionName.next(name), origin, next: &next, &swap, &step)
            }
        }
        try reach(.afterPartition)
        try await writer.apply(swap)
        try reach(.afterSwap)
        return step
    }

    private struct Work {
        var hot: [Int64] = []
        var days: [Int64: [(batch: EventBatch, row: Int, sequence: Int64)]] = [:]
        var damaged: [DamagedBlock] = []
        var expired = ExpiryTally()
    }

    /// Reads the oldest hot blocks, and sorts their events by day; nil if they do not fill a cold block.
    private func gather(_ sequence: Int64?, isEager: Bool) throws -> Work? {
        let last: Int64
        if let sequence { last = sequence } else { last = try EngineState.read(connection).snapshotSequence }
        let entries = try connection.rows(
            """
            SELECT first_sequence, count, raw_bytes FROM blocks WHERE first_sequence + count - 1 <= ? ORDER BY first_sequence
            LIMIT ?
            """,
            [.integer(last), .count(StoreLimits.coldBlockRows + unreadable.count)]
        ) { (first: $0.integer(0), count: Int($0.integer(1)), bytes: Int($0.integer(2))) }
        var work = Work()
        var rows = 0
        var bytes = 0
        var isFull = false
        for entry in entries where !unreadable.contains(entry.first) {
            if rows > 0, rows + entry.count > StoreLimits.coldBlockRows || bytes + entry.bytes > StoreLimits.coldBlockBytes {
                isFull = true
                break
            }
            rows += entry.count
            bytes += entry.bytes
            work.hot.append(entry.first)
        }
        guard isFull || (isEager && rows > 0) else { return nil }
        for first in work.hot {
            guard let entry = try blocks.entry(after: first - 1), entry.firstSequence == first else { continue }
            do {
                try take(entry, &work)
            } catch let error as BlockError {
                giveUp(first, BlockSource.damage(entry, error.description), &work)
            }
        }
        work.hot.removeAll(where: unreadable.contains)
        return work.hot.isEmpty && work.damaged.isEmpty ? nil : work
    }

    private func take(_ entry: BlockSource.Entry, _ work: inout Work) throws {
        switch try blocks.open(entry, withKeys: false) {
        case .gone: return
        case .damaged(let damage): giveUp(entry.firstSequence, damage, &work)
        case .block(let block):
            var verdicts = cutoffs.map { RetentionVerdicts($0, products) }
            for part in try blocks.decoder.decode(block) {
                for (index, row) in part.batch.rows.enumerated() {
                    if let verdict = verdicts?[row.product, row.classUID],
                        PartitionName.time(row.time, received: part.batch.receivedAt) < verdict.cutoff
                    {
                        work.expired.add(verdict, events: 1, bytes: block.bytes.count / entry.count)
                        continue
                    }
                    let day = PartitionName.day(time: row.time, received: part.batch.receivedAt)
                    work.days[day, default: []].append((part.batch, index, part.firstSequence + Int64(index)))
                }
            }
        }
    }

    private func giveUp(_ first: Int64, _ damage: DamagedBlock, _ work: inout Work) {
        unreadable.insert(first)
        work.damaged.append(damage)
    }

    /// The file that takes the blocks of a day: the one that the store has, or a new one.
    func partitionName(_ day: Int64) throws -> String {
        let first = PartitionName.name(day: day, generation: 0)
        let known = try ColdCatalog.partitions(connection).filter { $0.prefix(10) == first.prefix(10) }
        return known.max { PartitionName.generation(of: $0) < PartitionName.generation(of: $1) } ?? first
    }

    /// Writes one day's events, in one transaction.
    /// - Parameter origin: the blocks that they were in before, as a partition notes it.
    func write(
        _ events: [(batch: EventBatch, row: Int, sequence: Int64)], to name: String, _ origin: String, next: inout Int64,
        _ swap: inout ColdSwap, _ step: inout Step
    ) throws {
        try StoreError.translating(files.partition(name)) {
            let partition = try Partition(writing: name, files: files, limits: limits)
            try partition.connection.transaction {
                blockWriter.reset()
                for event in events {
                    blockWriter.append(event.batch, event.row, sequence: event.sequence)
                    if blockWriter.isFull { try flush(to: partition, origin, &next, &swap, &step) }
                }
                if blockWriter.rowCount > 0 { try flush(to: partition, origin, &next, &swap, &step) }
            }
        }
    }

    /// Writes what was gathered as the next block.
    func flush(
        to partition: Partition, _ origin: String, _ next: inout Int64, _ swap: inout ColdSwap, _ step: inout Step
    ) throws {
        let block = sealer.seal(blockWriter)
        var entry = ColdEntry(block, blockWriter.tallies, id: next, partition: partition.name, products: products)
        try partition.insert(block, entry, hotBlocks: origin)
        for (kind, bytes) in try digester.digests(of: block) {
            try partition.insertDigest(entry.id, kind: kind, bytes.contents)
            entry.storedBytes += bytes.count
        }
        next += 1
        swap.added.append(entry)
        step.coldBlocks += 1
        step.events += entry.count
        step.rawBytes += entry.rawBytes
        step.storedBytes += entry.storedBytes
        blockWriter.reset()
    }
}
