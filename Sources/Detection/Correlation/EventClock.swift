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

    /// Where a batch of a source stands. Good until the next batch begins.
    struct Position {
        /// Of the source, in `sources`.
        var place: Int
        /// Of the batch.
        var receivedAt: Timestamp
        /// The smallest watermark of the other active sources, which a batch does not move; nil if there are none.
        var others: Timestamp?
    }

    /// A batch of a source begins.
    mutating func begin(_ name: String, lateness: Int64, receivedAt: Timestamp) -> Position {
        newestReceipt = max(newestReceipt, receivedAt)
        let place = place(of: name, lateness: max(0, lateness))
        var position = Position(place: place, receivedAt: receivedAt)
        for other in sources.indices where other != place && isActive(other) {
            position.others = min(position.others ?? .distantFuture, sources[other].watermark)
        }
        return position
    }

    private mutating func place(of name: String, lateness: Int64) -> Int {
        if let place = sources.firstIndex(where: { $0.name == name }) {
            sources[place].lateness = lateness
            return place
        }
        if sources.count >= Self.maximumSources,
            let oldest = sources.indices.min(by: { sources[$0].receivedAt < sources[$1].receivedAt }) {
            sources.remove(at: oldest)
        }
        sources.append(SourceClock(name: name, lateness: lateness, latest: .distantPast, receivedAt: .distantPast))
        return sources.count - 1
    }

    private func isActive(_ place: Int) -> Bool {
        sources[place].latest > .distantPast && newestReceipt - sources[place].receivedAt <= Self.activity
    }

    /// The source of a batch has come to `time`. `.distantPast` says nothing.
    mutating func observe(_ time: Timestamp, at position: Position) {
        let place = position.place
        if time <= .distantPast { return }
        if time <= sources[place].latest, position.receivedAt <= sources[place].receivedAt { return }
        sources[place].latest = max(sources[place].latest, time)
        sources[place].receivedAt = max(sources[place].receivedAt, position.receivedAt)
        latest = max(latest, time)
        let own = isActive(place) ? sources[place].watermark : nil
        if let smallest = own.map({ min($0, position.others ?? $0) }) ?? position.others { watermark = smallest }
    }

    /// Moves on to `time` without an event, never back. The next event sets the watermark anew.
    mutating func pass(to time: Timestamp) {
        latest = max(latest, time)
        watermark = max(watermark, time + -lateness)
    }
}
