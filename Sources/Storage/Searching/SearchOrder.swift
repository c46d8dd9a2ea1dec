import EventModel

/// Holds matches back until no block that is still to come can have one that belongs before them.
///
/// Blocks come by their newest (or oldest) event; their spans of time overlap, since events arrive late.
struct SearchOrder {
    private let order: SearchRequest.Order
    private let limits: StoreLimits
    private var held: [FoundEvent] = []
    private var heldBytes = 0
    /// How many may still be given; nil for any number.
    private(set) var remaining: Int?
    /// When as many as may be given are held: nothing beyond this one can be.
    private var worst: FoundEvent?

    init(_ request: SearchRequest, limits: StoreLimits) {
        order = request.order
        remaining = request.limit.map { max($0, 0) }
        self.limits = limits
    }

    var isDone: Bool { remaining == 0 }

    /// One that holds nothing yet, and takes what this one would: for a block that is searched beside others.
    func branch() -> SearchOrder {
        var branch = self
        branch.held = []
        branch.heldBytes = 0
        return branch
    }

    /// Takes what a branch has found.
    mutating func merge(_ branch: SearchOrder) {
        for found in branch.held where wants(found.event.time, found.sequence) { add(found) }
    }

    /// Whether an event of that time and number can still be among those given.
    func wants(_ time: Timestamp, _ sequence: Int64) -> Bool {
        guard let worst else { return !isDone }
        return Self.precedes(order, (time.microseconds, sequence), (worst.event.time.microseconds, worst.sequence))
    }

    /// Finds out what is beyond what can be given, if as many as may be given are held.
    mutating func settle() {
        if let remaining, remaining > 0, held.count >= remaining { cut(to: remaining) }
    }

    mutating func add(_ found: FoundEvent) {
        held.append(found)
        heldBytes += found.event.batch.footprint
        if let remaining, held.count >= max(remaining * 2, 64) { cut(to: remaining) }
    }

    /// Gives what can be given now that the next block's events are all at `bound` or beyond; everything if `bound` is nil.
    mutating func release(before bound: Timestamp?, _ emit: (FoundEvent) throws -> Void) throws {
        let isCrowded = held.count > limits.searchHeldEvents || heldBytes > limits.searchHeldBytes
        guard bound == nil || isCrowded || held.contains(where: { isBeyond($0, bound) }) else { return }
        sort()
        var count = held.prefix { isBeyond($0, bound) }.count
        // Order is given up before memory is: only blocks with long overlapping spans come to this.
        if isCrowded { count = max(count, held.count / 2) }
        if let remaining { count = min(count, remaining) }
        for found in held[..<count] {
            heldBytes -= found.event.batch.footprint
            try emit(found)
        }
        held.removeFirst(count)
        if let left = remaining { remaining = left - count }
        worst = nil
    }

    private mutating func cut(to count: Int) {
        sort()
        held.removeLast(max(held.count - count, 0))
        heldBytes = held.reduce(0) { $0 + $1.event.batch.footprint }
        worst = held.last
    }

    private mutating func sort() {
        let order = order
        held.sort {
            Self.precedes(order, ($0.event.time.microseconds, $0.sequence), ($1.event.time.microseconds, $1.sequence))
        }
    }

    private func isBeyond(_ found: FoundEvent, _ bound: Timestamp?) -> Bool {
        guard let bound else { return true }
        return switch order {
        case .newestFirst: found.event.time > bound
        case .oldestFirst: found.event.time < bound
        }
    }

    /// Whether an event comes before another, by their times in microseconds and their numbers.
    static func precedes(
        _ order: SearchRequest.Order, _ one: (time: Int64, sequence: Int64), _ two: (time: Int64, sequence: Int64)
    ) -> Bool {
        switch order {
        case .newestFirst: one > two
        case .oldestFirst: one < two
        }
    }
}
