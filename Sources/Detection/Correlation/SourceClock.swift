public import EventModel

/// How far one source has come in event time.
public struct SourceClock: Sendable, Equatable {
    /// The name in the configuration, by which a source is known again after a restart.
    public let name: String
    /// `Source.allowedLateness`, in microseconds.
    public internal(set) var lateness: Int64
    /// The newest credible event time (`MatchExtractor`).
    public internal(set) var latest: Timestamp
    /// When its newest batch with such a time was received.
    public internal(set) var receivedAt: Timestamp

    /// An event of this source with a time before this one comes later than allowed.
    public var watermark: Timestamp { latest + -lateness }
}
