public import EventModel

/// How a poller does, over all of its streams, as `siemctl status` shows it.
public struct PollStatus: Sendable, Equatable, Codable {
    /// When the stream that is farthest behind last came to the end of a cycle; nil while one never has.
    public var lastSuccess: Timestamp?
    /// What is wrong now, and what to do, of the first stream with a problem.
    public var problem: String?
    /// Streams whose last request failed.
    public var failingStreams = 0
    /// Answers that were read since the start.
    public var pages = 0
    /// Records that were given again and left out since the start.
    public var duplicates = 0
    /// When the first of the streams asks next.
    public var nextPoll: Timestamp?
    /// Time of the newest event received since the start; now minus this is how far behind the source is.
    public var newestEvent: Timestamp?
    /// Keys that are remembered to recognise repeats.
    public var rememberedKeys = 0

    public init() {}
}
