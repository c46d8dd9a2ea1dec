import EventModel
import Matching

/// The events that satisfy a request, by columns, to be pulled a block at a time: in the request's order of blocks, and within a
/// block by sequence number.
final class ColumnBlocks {
    private let request: SearchRequest
    private let scan: ColumnScan
    private let numbers: ClosedRange<Int64>
    private let keepsEvents: Bool
    private let entries: [StoreEntry]
    private var position = 0
    /// What the blocks held, those that were read so far.
    private(set) var totals = SearchTotals()

    /// - Parameters:
    ///   - fields: which values are wanted, as `StoreReader.columns` has it.
    ///   - numbers: events without these numbers are not wanted; segments of hot blocks are read whole.
    ///   - prefersOCSF: vendors' values are taken only of events that have no OCSF value of that name.
    ///   - keepsEvents: whole events will be asked for.
    init(
        _ readers: BlockReaders, _ request: SearchRequest, fields: [[FieldSelector]],
        numbers: ClosedRange<Int64> = .min ... .max, prefersOCSF: Bool = false, keepsEvents: Bool = false
    ) throws {
        self.request = request
        self.numbers = numbers
        self.keepsEvents = keepsEvents
        scan = ColumnScan(request, fields: fields, detail: .rows(withTimes: true), readers, prefersOCSF: prefersOCSF)
        entries = try readers.entries(request).filter { $0.numbers.overlaps(numbers) }
        totals.blocks = try readers.blockCount()
    }

    /// The time beyond which no event of a block that is still to come lies, in the request's order; nil when none is to come.
    var bound: Timestamp? { position < entries.count ? entries[position].bound(request.order) : nil }

    /// Reads the next block of the store. Nil if there is none; nothing if no event of it satisfies the request, several if it
    /// was replaced by several since it was listed.
    func next() throws -> [LoadedBlock]? {
        guard position < entries.count else { return nil }
        try Task.checkCancellation()
        position += 1
        return try scan.blocks(of: entries[position - 1], within: numbers, keepsEvents: keepsEvents, &totals)
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

    init(_ columns: ColumnBlock, _ source: Source) {
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
