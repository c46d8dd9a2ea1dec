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
            let scans = try workers().map { BlockScan(request, $0, catalog: catalog) }
            var order = SearchOrder(request, limits: limits)
            let give = { (found: FoundEvent) in
                totals.given += 1
                try emit(found)
            }
            totals.blocks = try blocks.count() + ColdCatalog.count(connection)
            let entries = try entries(request)
            var next = 0
            // The newest block may be all it takes; where it is not, more and more are searched at a time.
            var stride = (request.limit ?? .max) > Self.manyEvents ? scans.count : 1
            while next < entries.count, !order.isDone {
                let some = entries[next..<min(next + stride, entries.count)]
                let found = try Self.search(some, scans, order)
                for (entry, result) in zip(some, found) {
                    try order.release(before: entry.bound(request.order), give)
                    totals.add(result.totals)
                    if !order.isDone { order.merge(result.order) }
                }
                order.settle()
                next = some.endIndex
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
        _ entries: ArraySlice<StoreEntry>, _ scans: [BlockScan], _ order: SearchOrder
    ) throws -> [(totals: SearchTotals, order: SearchOrder)] {
        let results = Mutex([(totals: SearchTotals, order: SearchOrder)?](repeating: nil, count: entries.count))
        let order = order.branch()
        try ParallelScan.run(scans, owners: entries.map { $0.owner(of: scans.count) }) { scan, index in
            var result = (totals: SearchTotals(), order: order)
            try scan.search(entries[entries.startIndex + index], &result.order, &result.totals)
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    /// The blocks that can hold events of the request's span, in the order in which they are read.
    func entries(_ request: SearchRequest) throws -> [StoreEntry] {
        let hot = try blocks.entries(since: request.since, until: request.until, order: request.order).map(StoreEntry.hot)
        let cold = try ColdCatalog.entries(
            connection, since: request.since?.microseconds ?? .min, until: request.until?.microseconds ?? .max)
        guard !cold.isEmpty else { return hot }
        return (hot + cold.map(StoreEntry.cold)).sorted {
            switch request.order {
            case .newestFirst: ($0.maxTime, $0.firstSequence) > ($1.maxTime, $1.firstSequence)
            case .oldestFirst: ($0.minTime, $0.firstSequence) < ($1.minTime, $1.firstSequence)
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

    /// Before (or behind) which time none of its events is.
    func bound(_ order: SearchRequest.Order) -> Timestamp {
        switch order {
        case .newestFirst: maxTime
        case .oldestFirst: minTime
        }
    }

    /// What would be the first of its events, if it had an event at its bound.
    func first(_ order: SearchRequest.Order) -> (time: Timestamp, sequence: Int64) {
        (bound(order), order == .newestFirst ? .max : .min)
    }

    /// Which of so many readers has it.
    func owner(of readers: Int) -> Int {
        let number =
            switch self {
            case .hot(let entry): entry.firstSequence
            case .cold(let entry): entry.id
            }
        return Int(number.magnitude % UInt64(readers))
    }
}
