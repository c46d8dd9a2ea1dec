public import EventModel

/// Event time as far as it is known: the newest time seen, and the watermark, before which no event is expected any more.
///
/// The watermark is the newest event time of all sources minus the largest lateness allowed to any of them. So a source that
/// falls silent holds nothing up, and one that lags behind the others by no more than its allowed lateness loses nothing.
public struct EventClock: Sendable, Equatable {
    /// The newest event time seen.
    public private(set) var latest: Timestamp
    /// Microseconds.
    public let lateness: Int64

    public init(lateness: Int64, latest: Timestamp = .distantPast) {
        self.lateness = max(0, lateness)
        self.latest = latest
    }

    /// An event with a time before this one comes too late to be exact.
    public var watermark: Timestamp { latest + -lateness }

    /// Moves on to `time`, never back.
    public mutating func observe(_ time: Timestamp) {
        if time > latest { latest = time }
    }
}
