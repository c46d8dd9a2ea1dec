public import EventModel

/// Event time as far as it is known, source by source: a file of last week may be read beside a live stream.
///
/// The watermark, before which no event is expected any more, is the smallest of the active sources'. A source is active while
/// its newest batch with a credible time is at most `activity` older than the newest batch of any source: one that falls silent
/// holds nothing up, as long as others go on. The watermark moves back when a source that is behind becomes active. What was
/// freed by then stays so; what comes is no later for it, since an event is late against its own source alone.
///
/// All that counts is stored with the events (source, time of receipt, event time), so that a replay gives the same.
public struct EventClock: Sendable, Equatable {
    /// Microseconds: long enough for a source that sends once in a while, short enough that the end of a file is soon seen.
    public static let activity: Int64 = 60_000_000
    /// Sources remembered; beyond it the one that was silent for longest is forgotten.
    public static let maximumSources = 4_096

    /// The largest lateness allowed to any source, in microseconds.
    public let lateness: Int64
    /// The newest event time of any source.
    public private(set) var latest: Timestamp
    public private(set) var watermark: Timestamp
    public private(set) var sources: [SourceClock]
    /// The newest time of receipt of any source.
    private(set) var newestReceipt: Timestamp

    public init(lateness: Int64) {
        self.init(
            lateness: lateness, latest: .distantPast, watermark: .distantPast, sources: [], newestReceipt: .distantPast)
    }

    init(lateness: Int64, latest: Timestamp, watermark: Timestamp, sources: [SourceClock], newestReceipt: Timestamp) {
        self.lateness = max(0, lateness)
        self.latest = latest
        self.watermark = watermark
        self.sources = sources
        self.newestReceipt = newestReceipt
    }

    /// A batch of a source begins. Returns the source's place, which is good until the next batch.
    mutating func begin(_ name: String, lateness: Int64, receivedAt: Timestamp) -> Int {
        newestReceipt = max(newestReceipt, receivedAt)
        if let place = sources.firstIndex(where: { $0.name == name }) {
            sources[place].lateness = max(0, lateness)
            return place
        }
        if sources.count >= Self.maximumSources,
            let oldest = sources.indices.min(by: { sources[$0].receivedAt < sources[$1].receivedAt }) {
            sources.remove(at: oldest)
        }
        sources.append(
            SourceClock(name: name, lateness: max(0, lateness), latest: .distantPast, receivedAt: .distantPast))
        return sources.count - 1
    }

    /// The source at `place` has come to `time`, in a batch received at `receivedAt`. `.distantPast` says nothing.
    mutating func observe(_ time: Timestamp, source place: Int, receivedAt: Timestamp) {
        if time <= .distantPast { return }
        if time <= sources[place].latest, receivedAt <= sources[place].receivedAt { return }
        sources[place].latest = max(sources[place].latest, time)
        sources[place].receivedAt = max(sources[place].receivedAt, receivedAt)
        latest = max(latest, time)
        var smallest: Timestamp?
        for source in sources where source.latest > .distantPast && newestReceipt - source.receivedAt <= Self.activity {
            smallest = min(smallest ?? source.watermark, source.watermark)
        }
        if let smallest { watermark = smallest }
    }

    /// Moves on to `time` without an event, never back. The next event sets the watermark anew.
    mutating func pass(to time: Timestamp) {
        latest = max(latest, time)
        watermark = max(watermark, time + -lateness)
    }
}
