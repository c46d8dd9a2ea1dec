// Hot path.

/// What a window keeps of an event whose window can only be judged when no earlier event can come any more. Ordered by event
/// time, then by number in the store.
struct PendingEvent: TimedEvent, Sendable, Equatable {
    var time: Int64
    var mark: EventMark
    /// As `RetainedEvent.detail`; of the types that compute, the number's bit pattern.
    var detail: UInt64
    /// The watermark from which on the event can be judged: its time, or the watermark when it arrived, if that was later.
    var ready: Int64
    /// Whether the condition has been judged in the window that belongs to the event; true for events that have none.
    var isDecided: Bool

    var retained: RetainedEvent { RetainedEvent(time: time, mark: mark, detail: detail) }

    /// The watermark beyond which no event in time can be in a window with it.
    func end(_ timespan: Int64) -> Int64 { max(time, ready) + timespan }

    /// Whether both are of the same event in the store.
    func isSameEvent(_ other: PendingEvent) -> Bool { time == other.time && mark.sequence == other.mark.sequence }
}
