public import EventModel
public import Matching

/// What to look for, and how much of it.
public struct SearchRequest: Sendable, Equatable {
    public enum Order: Sendable, Equatable {
        case newestFirst
        case oldestFirst
    }

    public var expression: MatchExpression
    /// Event time: from `since` on, before `until`; nil is open.
    public var since: Timestamp?
    public var until: Timestamp?
    /// The search ends when it has found so many; nil for all.
    public var limit: Int?
    public var order: Order

    public init(
        _ expression: MatchExpression, since: Timestamp? = nil, until: Timestamp? = nil, limit: Int? = nil,
        order: Order = .newestFirst
    ) {
        self.expression = expression
        self.since = since
        self.until = until
        self.limit = limit
        self.order = order
    }
}

/// An event of the store, with its id. It stands in a batch of its own, so that keeping it keeps nothing else.
public struct FoundEvent: Sendable {
    public let sequence: Int64
    public let event: Event

    public init(sequence: Int64, event: Event) {
        self.sequence = sequence
        self.event = event
    }
}

/// What a search went through.
public struct SearchTotals: Sendable, Equatable {
    /// Blocks of the store, and those among them that had to be opened.
    public var blocks = 0
    public var scannedBlocks = 0
    /// Blocks that were counted by their digests, without opening them.
    public var digestedBlocks = 0
    /// Events that were looked at.
    public var events = 0
    /// Events that satisfied the request, as far as it was followed; more than were given if `hasReachedLimit`.
    public var matched = 0
    /// Events that were given.
    public var given = 0
    /// The limit ended the search: there may be more.
    public var hasReachedLimit = false
    /// Blocks that could not be read: the result lacks their events.
    public var damagedBlocks: [DamagedBlock] = []

    public var isPartial: Bool { !damagedBlocks.isEmpty }

    public init() {}

    /// Counts in what another thread went through.
    mutating func add(_ other: SearchTotals) {
        scannedBlocks += other.scannedBlocks
        digestedBlocks += other.digestedBlocks
        events += other.events
        matched += other.matched
        given += other.given
        damagedBlocks += other.damagedBlocks
    }
}

/// A block that could not be read.
public struct DamagedBlock: Sendable, Equatable, CustomStringConvertible {
    /// Its events have the sequence numbers from `firstSequence` on, `count` of them; a cold block's have gaps.
    public var firstSequence: Int64
    public var count: Int
    public var reason: String
    /// The last of the numbers.
    public var lastSequence: Int64
    /// The file of a cold block; nil for a hot one, which is in `siem.db`.
    public var partition: String?

    public init(firstSequence: Int64, count: Int, reason: String) {
        self.firstSequence = firstSequence
        self.count = count
        self.reason = reason
        lastSequence = firstSequence + Int64(count) - 1
    }

    public var description: String {
        guard let partition else { return "events \(firstSequence) to \(lastSequence): \(reason)" }
        return "\(count) events between \(firstSequence) and \(lastSequence), in events/\(partition): \(reason)"
    }
}

/// What a search found, all of it in memory.
public struct SearchResult: Sendable {
    public var events: [FoundEvent]
    public var totals: SearchTotals

    public init(events: [FoundEvent], totals: SearchTotals) {
        self.events = events
        self.totals = totals
    }
}
