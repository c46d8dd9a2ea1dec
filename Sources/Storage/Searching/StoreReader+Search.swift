import EventModel
import Matching

extension StoreReader {
    /// Finds events, and calls back with each in the request's order: by event time, then by sequence number.
    ///
    /// The order is exact unless more matches of overlapping blocks would have to be held back than
    /// `StoreLimits.searchHeldEvents` and `searchHeldBytes` allow. Ends at the limit, when `onEvent` throws, or with
    /// `CancellationError` when the task is cancelled.
    @discardableResult
    public func search(_ request: SearchRequest, onEvent: @Sendable (FoundEvent) throws -> Void) throws -> SearchTotals {
        try scan(request, onEvent)
    }

    /// Finds events; give it a limit.
    public func search(_ request: SearchRequest) throws -> SearchResult {
        var events: [FoundEvent] = []
        let totals = try scan(request) { events.append($0) }
        return SearchResult(events: events, totals: totals)
    }

    private func scan(_ request: SearchRequest, _ emit: (FoundEvent) throws -> Void) throws -> SearchTotals {
        try StoreError.translating(files.database) {
            var totals = SearchTotals()
            let program = MatchProgram(request.expression, catalog: catalog)
            let scratch = MatchScratch()
            let search = ColdSearch(request, catalog: catalog)
            var order = SearchOrder(request, limits: limits)
            let give = { (found: FoundEvent) in
                totals.given += 1
                try emit(found)
            }
            totals.blocks = try parts.blockCount()
            for entry in try parts.entries(request) {
                if Task.isCancelled { throw CancellationError() }
                let bound =
                    switch request.order {
                    case .newestFirst: entry.maxTime
                    case .oldestFirst: entry.minTime
                    }
                try order.release(before: bound, give)
                if order.isDone { break }
                switch entry {
                case .cold(let entry):
                    try scan(entry, search, program, scratch, within: .min ... .max, &order, &totals)
                case .hot(let entry):
                    try scan(entry, request, search, program, scratch, &order, &totals)
                }
            }
            try order.release(before: nil, give)
            totals.hasReachedLimit = request.limit.map { totals.given >= $0 } ?? false
            return totals
        }
    }

    private func scan(
        _ entry: BlockSource.Entry, _ request: SearchRequest, _ search: ColdSearch, _ program: MatchProgram,
        _ scratch: MatchScratch, _ order: inout SearchOrder, _ totals: inout SearchTotals
    ) throws {
        switch try blocks.open(entry, withKeys: false) {
        case .gone:
            // Compacted since it was listed: its events are in cold blocks now, among others that were listed as what they were.
            let numbers = entry.firstSequence...entry.firstSequence + Int64(entry.count) - 1
            for cold in try ColdCatalog.entries(connection, sequences: numbers) {
                try scan(cold, search, program, scratch, within: numbers, &order, &totals)
            }
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            totals.scannedBlocks += 1
            do {
                try scan(block, request, program, scratch, &order, &totals)
            } catch let error as BlockError {
                totals.damagedBlocks.append(BlockSource.damage(entry, error.description))
            }
        }
    }

    /// Searches a cold block, of which only events with these numbers are wanted.
    private func scan(
        _ entry: ColdEntry, _ search: ColdSearch, _ program: MatchProgram, _ scratch: MatchScratch,
        within numbers: ClosedRange<Int64>, _ order: inout SearchOrder, _ totals: inout SearchTotals
    ) throws {
        guard try search.mayMatch(entry, cold) else { return }
        switch try cold.open(entry) {
        case .gone: totals.damagedBlocks.append(ColdSource.damage(entry, "it was replaced while it was read; search again"))
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            do {
                totals.scannedBlocks += 1
                totals.events += entry.count
                let rows = try block.rows()
                var selected = try search.verdict(block, coldDecoder).possible.rows
                selected.removeAll { !numbers.contains(rows.sequences[Int($0)]) }
                if selected.isEmpty { return }
                for part in try coldDecoder.decode(block, selected: selected) {
                    var matched: [UInt32] = []
                    program.match(part.batch, scratch: scratch, into: &matched)
                    for index in matched {
                        let event = part.batch[Int(index)]
                        totals.matched += 1
                        let sequence = part.sequences[Int(index)]
                        if order.wants(event.time, sequence) {
                            order.add(FoundEvent(sequence: sequence, event: event.extracted()))
                        }
                    }
                }
            } catch {
                totals.damagedBlocks.append(ColdSource.damage(entry, error.description))
            }
        }
    }

    private func scan(
        _ block: OpenBlock, _ request: SearchRequest, _ program: MatchProgram, _ scratch: MatchScratch,
        _ order: inout SearchOrder, _ totals: inout SearchTotals
    ) throws {
        let since = request.since?.microseconds ?? .min
        let until = request.until?.microseconds ?? .max
        var rows: [UInt32] = []
        for segment in block.directory.segments where segment.maxTime >= since && segment.minTime < until {
            for part in try blocks.decoder.decode(block, segment: segment) {
                totals.events += part.batch.rows.count
                rows.removeAll(keepingCapacity: true)
                program.match(part.batch, scratch: scratch, into: &rows)
                for index in rows {
                    let event = part.batch[Int(index)]
                    let time = event.time.microseconds
                    guard time >= since && time < until else { continue }
                    totals.matched += 1
                    let sequence = part.firstSequence + Int64(index)
                    if order.wants(event.time, sequence) {
                        order.add(FoundEvent(sequence: sequence, event: event.extracted()))
                    }
                }
            }
        }
    }
}

/// A block of the store, as it is listed.
enum StoreEntry {
    case hot(BlockSource.Entry)
    case cold(ColdEntry)

    var minTime: Timestamp {
        switch self {
        case .hot(let entry): entry.minTime
        case .cold(let entry): entry.minTime
        }
    }

    var maxTime: Timestamp {
        switch self {
        case .hot(let entry): entry.maxTime
        case .cold(let entry): entry.maxTime
        }
    }

    var firstSequence: Int64 {
        switch self {
        case .hot(let entry): entry.firstSequence
        case .cold(let entry): entry.firstSequence
        }
    }

    var count: Int {
        switch self {
        case .hot(let entry): entry.count
        case .cold(let entry): entry.count
        }
    }

    /// The numbers that its events can have.
    var numbers: ClosedRange<Int64> {
        switch self {
        case .hot(let entry): entry.firstSequence...max(entry.firstSequence, entry.firstSequence + Int64(entry.count) - 1)
        case .cold(let entry): entry.firstSequence...max(entry.firstSequence, entry.lastSequence)
        }
    }
}
