public import EventModel

/// The matches of one stored batch, in the order of the store.
public struct MatchBatch: Sendable {
    /// The rules that the matches' indices refer to.
    public let ruleSet: RuleSet
    public var events: [MatchedEvent]
    /// The values of the events' groups (`GroupText`).
    public var text: [UInt8]
    /// For each finding rule that an event could not count for because it lacks a value: how many.
    public var missingGroupValue: [UInt32: Int]
    /// For each finding rule that computes with numbers: how many values were none, and were ignored.
    public var nonNumericValues: [UInt32: Int]
    /// The newest credible event time of the batch, matched or not; `.distantPast` if there is none.
    public var clock: Timestamp
    /// The name of the source that the batch came from.
    public var source: String
    /// `Source.allowedLateness` of it, in microseconds.
    public var allowedLateness: Int64
    public var receivedAt: Timestamp
    /// The highest sequence number of the batch; 0 if it stored nothing.
    public var through: Int64

    public init(
        ruleSet: RuleSet, events: [MatchedEvent] = [], text: [UInt8] = [], missingGroupValue: [UInt32: Int] = [:],
        nonNumericValues: [UInt32: Int] = [:], clock: Timestamp = .distantPast, source: String = "",
        allowedLateness: Int64 = 0, receivedAt: Timestamp = .distantPast, through: Int64 = 0
    ) {
        self.ruleSet = ruleSet
        self.events = events
        self.text = text
        self.missingGroupValue = missingGroupValue
        self.nonNumericValues = nonNumericValues
        self.clock = clock
        self.source = source
        self.allowedLateness = allowedLateness
        self.receivedAt = receivedAt
        self.through = through
    }
}
