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
            var order = SearchOrder(request, limits: limits)
            let give = { (found: FoundEvent) in
                totals.given += 1
                try emit(found)
            }
            totals.blocks = try blocks.count()
            for entry in try blocks.entries(since: request.since, until: request.until, order: request.order) {
                if Task.isCancelled { throw CancellationError() }
                let bound =
                    switch request.order {
                    case .newestFirst: entry.maxTime
                    case .oldestFirst: entry.minTime
                    }
                try order.release(before: bound, give)
                if order.isDone { break }
                switch try blocks.open(entry, withKeys: false) {
                case .gone: continue
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
            try order.release(before: nil, give)
            totals.hasReachedLimit = request.limit.map { totals.given >= $0 } ?? false
            return totals
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
            for part in try blocks.decoder.decode(block, segment: segment, includesVendorFields: true) {
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
