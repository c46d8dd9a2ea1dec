import EventModel
import Matching

/// What one reader reads blocks with.
struct StoreParts {
    let connection: Connection
    let hot: BlockSource
    let cold: ColdSource
    let coldDecoder: ColdBlockDecoder
    let catalog: FieldCatalog

    /// The blocks that can hold events of the request's span, in the order in which they are read.
    func entries(_ request: SearchRequest) throws -> [StoreEntry] {
        let found = try hot.entries(since: request.since, until: request.until, order: request.order).map(StoreEntry.hot)
        let cold = try ColdCatalog.entries(
            connection, since: request.since?.microseconds ?? .min, until: request.until?.microseconds ?? .max)
        guard !cold.isEmpty else { return found }
        return (found + cold.map(StoreEntry.cold)).sorted {
            switch request.order {
            case .newestFirst: ($0.maxTime, $0.firstSequence) > ($1.maxTime, $1.firstSequence)
            case .oldestFirst: ($0.minTime, $0.firstSequence) < ($1.minTime, $1.firstSequence)
            }
        }
    }

    /// Hot and cold blocks of the store.
    func blockCount() throws -> Int { try hot.count() + ColdCatalog.count(connection) }
}

/// The events that satisfy a request, by columns, to be pulled a block at a time: in the request's order of blocks, and within a
/// block by sequence number.
final class ColumnBlocks {
    private let store: StoreParts
    private let request: SearchRequest
    private let scan: ColumnScan
    private let numbers: ClosedRange<Int64>
    private let keepsEvents: Bool
    private let entries: [StoreEntry]
    private var position = 0
    /// What the blocks held, those that were read so far.
    private(set) var totals = SearchTotals()

    /// - Parameters:
    ///   - fields: which values are wanted.
    ///   - numbers: events without these numbers are not wanted; segments of hot blocks are read whole.
    ///   - prefersOCSF: vendors' values are taken only of events that have no OCSF value of that name.
    ///   - keepsEvents: whole events will be asked for.
    init(
        _ store: StoreParts, _ request: SearchRequest, fields: [FieldSelector], numbers: ClosedRange<Int64> = .min ... .max,
        prefersOCSF: Bool = false, keepsEvents: Bool = false
    ) throws {
        self.store = store
        self.request = request
        self.numbers = numbers
        self.keepsEvents = keepsEvents
        scan = ColumnScan(request, fields: fields, catalog: store.catalog, prefersOCSF: prefersOCSF)
        entries = try store.entries(request).filter { $0.numbers.overlaps(numbers) }
        totals.blocks = try store.blockCount()
    }

    /// The time beyond which no event of a block that is still to come lies, in the request's order; nil when none is to come.
    var bound: Timestamp? {
        guard position < entries.count else { return nil }
        switch request.order {
        case .newestFirst: return entries[position].maxTime
        case .oldestFirst: return entries[position].minTime
        }
    }

    /// Reads the next block of the store. Nil if there is none; nothing if no event of it satisfies the request, several if it
    /// was replaced by several since it was listed.
    func next() throws -> [LoadedBlock]? {
        guard position < entries.count else { return nil }
        if Task.isCancelled { throw CancellationError() }
        position += 1
        switch entries[position - 1] {
        case .hot(let entry): return try read(entry)
        case .cold(let entry): return try read(entry, within: numbers).map { [$0] } ?? []
        }
    }

    private func read(_ entry: BlockSource.Entry) throws -> [LoadedBlock] {
        switch try store.hot.open(entry, withKeys: false) {
        case .gone:
            // Compacted since it was listed: its events are in cold blocks now.
            let own = StoreEntry.hot(entry).numbers.clamped(to: numbers)
            return try ColdCatalog.entries(store.connection, sequences: own).compactMap { try read($0, within: own) }
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            totals.scannedBlocks += 1
            totals.events += entry.count
            do {
                var parts: [ColdPart] = []
                for segment in block.directory.segments where isWanted(segment.firstRow, segment.rowCount, of: entry) {
                    for part in try store.hot.decoder.decode(block, segment: segment) {
                        let sequences = part.batch.rows.indices.map { part.firstSequence + Int64($0) }
                        parts.append(ColdPart(batch: part.batch, sequences: sequences))
                    }
                }
                return give(scan.block(of: parts), keepsEvents ? .hot(parts) : .nothing).map { [$0] } ?? []
            } catch {
                totals.damagedBlocks.append(BlockSource.damage(entry, error.description))
            }
        }
        return []
    }

    private func isWanted(_ firstRow: Int, _ count: Int, of entry: BlockSource.Entry) -> Bool {
        let first = entry.firstSequence + Int64(firstRow)
        return count > 0 && numbers.overlaps(first...first + Int64(count) - 1)
    }

    private func read(_ entry: ColdEntry, within numbers: ClosedRange<Int64>) throws -> LoadedBlock? {
        guard try scan.search.mayMatch(entry, store.cold) else { return nil }
        switch try store.cold.open(entry) {
        case .gone: totals.damagedBlocks.append(ColdSource.damage(entry, "it was replaced while it was read; search again"))
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            totals.scannedBlocks += 1
            totals.events += entry.count
            do {
                let found = try scan.block(of: block, store.coldDecoder, within: numbers)
                return give(found, keepsEvents ? .cold(block, store.coldDecoder, entry) : .nothing)
            } catch {
                totals.damagedBlocks.append(ColdSource.damage(entry, error.description))
            }
        }
        return nil
    }

    private func give(_ columns: ColumnBlock, _ source: LoadedBlock.Source) -> LoadedBlock? {
        guard columns.count > 0 else { return nil }
        totals.matched += columns.count
        totals.given += columns.count
        return LoadedBlock(columns, source)
    }

    /// Notes that events could not be put together after all.
    func note(_ damage: DamagedBlock) { totals.damagedBlocks.append(damage) }
}

/// Columns of a block's events, and the events themselves when they are asked for.
final class LoadedBlock {
    enum Source {
        case hot([ColdPart])
        case cold(OpenColdBlock, ColdBlockDecoder, ColdEntry)
        case nothing
    }

    let columns: ColumnBlock
    private let source: Source
    private var known: Result<[Event], DamageFound>?

    fileprivate init(_ columns: ColumnBlock, _ source: Source) {
        self.columns = columns
        self.source = source
    }

    /// A block that was found to be damaged when its events were put together.
    struct DamageFound: Error {
        var block: DamagedBlock
    }

    /// The events, one for each row of `columns`; none if they are not kept.
    /// - Throws: the first time and every time after.
    func events() throws(DamageFound) -> [Event] {
        if let known { return try known.get() }
        let made = make()
        known = made
        return try made.get()
    }

    private func make() -> Result<[Event], DamageFound> {
        switch source {
        case .nothing: return .success([])
        case .hot(let parts): return .success(Self.pick(columns.sequences, of: parts))
        case .cold(let block, let decoder, let entry):
            do {
                let wanted = Set(columns.sequences)
                let events = Self.pick(columns.sequences, of: try decoder.decode(block, numbered: wanted.contains))
                guard events.count == columns.count else { throw BlockError.damaged("events differ from their columns") }
                return .success(events)
            } catch {
                let reason = (error as? BlockError)?.description ?? "\(error)"
                return .failure(DamageFound(block: ColdSource.damage(entry, reason)))
            }
        }
    }

    /// The events with these numbers; both ascend.
    private static func pick(_ sequences: [Int64], of parts: [ColdPart]) -> [Event] {
        var events: [Event] = []
        events.reserveCapacity(sequences.count)
        for part in parts {
            for (row, sequence) in part.sequences.enumerated()
            where events.count < sequences.count && sequences[events.count] == sequence {
                events.append(part.batch[row])
            }
        }
        return events
    }
}
