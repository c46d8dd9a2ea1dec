// Hot path.

/// An event's number in the store and the base rule that it matched, in 8 bytes.
struct EventMark: Sendable, Hashable, Comparable {
    /// Sequence number in the upper 52 bits, base rule's place in `FindingRule.steps` in the lower 12.
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(sequence: Int64, step: Int) {
        rawValue = UInt64(truncatingIfNeeded: sequence) &<< 12 | UInt64(truncatingIfNeeded: step & 0xfff)
    }

    var sequence: Int64 { Int64(rawValue &>> 12) }
    var step: Int { Int(rawValue & 0xfff) }

    static func < (a: EventMark, b: EventMark) -> Bool { a.rawValue < b.rawValue }
}

/// What a window keeps of one event. Ordered by event time, then by number in the store.
struct RetainedEvent: TimedEvent, Sendable, Equatable {
    var time: Int64
    var mark: EventMark
    /// `value_count`: hash of the value. Temporal types: one bit for every base rule matched. Else 0.
    var detail: UInt64
}
