public import EventModel

/// A row on its way through the stages: an event with the values that the plan needs, or what a stage made of many.
public struct SearchRow: Sendable {
    /// By slot; `SearchPlan.output` names those that are part of the result.
    public var values: [FieldValue]
    /// The event's time and number; for rows that a stage made, their place in its output.
    public var time: Timestamp
    public var sequence: Int64
    /// The event itself; nil for rows that are none, or that came as columns.
    public var event: Event?

    public init(
        values: [FieldValue], time: Timestamp = Timestamp(microseconds: 0), sequence: Int64 = 0, event: Event? = nil
    ) {
        self.values = values
        self.time = time
        self.sequence = sequence
        self.event = event
    }

    /// Whether the row stands before another in time; rows of one time by their numbers.
    func precedes(_ other: SearchRow) -> Bool { (time, sequence) < (other.time, other.sequence) }

    /// About how many bytes it takes.
    var footprint: Int { values.reduce(event?.batch.footprint ?? 0) { $0 + $1.footprint } + 96 }
}
