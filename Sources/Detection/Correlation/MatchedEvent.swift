public import EventModel

/// A match that stands for itself: all that correlation needs of an event, copied out. Nothing else crosses the border between
/// detection, which is stateless, and correlation.
public struct MatchedEvent: Sendable, Equatable {
    /// Index into `RuleSet.findingRules` of the rule that it counts for.
    public var rule: UInt32
    /// The base rules that the event matched, a bit each by their place in `FindingRule.steps`. `event_count` and
    /// `value_count`, which do not look at them, may have more than 64.
    public var steps: UInt64
    /// The first of these places.
    public var step: UInt32
    /// The event's time.
    public var time: Timestamp
    /// The event's number in the store.
    public var sequence: Int64
    /// The newest credible event time of its batch up to and including this event (`MatchExtractor`).
    public var clock: Timestamp
    public var group: GroupKey
    /// Where the group's values stand in `MatchBatch.text`.
    public var textStart: UInt32
    public var textEnd: UInt32
    /// `value_count`: the hash of the folded value, or tuple of values, that is counted. The types that compute with numbers: the
    /// number's bit pattern (`Double`). Else 0.
    public var value: UInt64
    /// False for the second and further values of one event in one group: the event itself is counted once.
    public var countsEvent: Bool

    public init(
        rule: UInt32, steps: UInt64, step: UInt32, time: Timestamp, sequence: Int64, clock: Timestamp, group: GroupKey,
        textStart: UInt32, textEnd: UInt32, value: UInt64 = 0, countsEvent: Bool = true
    ) {
        self.rule = rule
        self.steps = steps
        self.step = step
        self.time = time
        self.sequence = sequence
        self.clock = clock
        self.group = group
        self.textStart = textStart
        self.textEnd = textEnd
        self.value = value
        self.countsEvent = countsEvent
    }
}
