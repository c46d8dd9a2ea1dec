import EventModel
import Matching
import Synchronization

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

    /// A limit above this is most likely not met by one block.
    private static let manyEvents = 1_000

    private func scan(_ whole: SearchRequest, _ emit: (FoundEvent) throws -> Void) throws -> SearchTotals {
        let request = whole.narrowed()
        return try StoreError.translating(files.database) {
            var totals = SearchTotals()
            let scans = try workers().map { BlockScan(request, $0) }
            var order = SearchOrder(request, limits: limits)
            let give = { (found: FoundEvent) in
                totals.given += 1
                try emit(found)
            }
            totals.blocks = try own.blockCount()
            let entries = try own.entries(request)
            var next = 0
            // The newest block may be all it takes; where it is not, more and more are searched at a time.
            let isWide = scans[0].isSelective || (request.limit ?? .max) > Self.manyEvents
            var stride = isWide ? scans.count * 2 : 1
            while next < entries.count, !order.isDone {
                var some: [StoreEntry] = []
                while next < entries.count, some.count < stride {
                    try Task.checkCancellation()
                    if try scans[0].mayMatch(entries[next]) { some.append(entries[next]) }
                    next += 1
                }
                if some.isEmpty { break }
                let found = try Self.search(some, scans, order)
                for (entry, result) in zip(some, found) {
                    try order.release(before: entry.bound(request.order), give)
                    totals.add(result.totals)
                    if !order.isDone { order.merge(result.order) }
                }
                order.settle()
                let matched = found.reduce(0) { $0 + $1.totals.matched } / found.count
                stride = min(stride * 2, max(scans.count, min(scans.count * 8, limits.searchHeldEvents / max(matched, 1))))
            }
            try order.release(before: nil, give)
            totals.hasReachedLimit = request.limit.map { totals.given >= $0 } ?? false
            return totals
        }
    }

    /// What each of the entries holds, by as many threads as there are scans.
    private static func search(
        _ entries: [StoreEntry], _ scans: [BlockScan], _ order: SearchOrder
    ) throws -> [(totals: SearchTotals, order: SearchOrder)] {
        let results = Mutex([(totals: SearchTotals, order: SearchOrder)?](repeating: nil, count: entries.count))
        let order = order.branch()
        try ParallelScan.run(scans, owners: entries.map { $0.owner(of: scans.count) }) { scan, index in
            var result = (totals: SearchTotals(), order: order)
            try scan.search(entries[index], &result.order, &result.totals)
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
