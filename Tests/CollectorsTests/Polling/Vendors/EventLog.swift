import Collectors
import EventModel
import TestSupport

/// What happened at a vendor, and when the vendor's API shows it.
struct EventLog: Sendable {
    struct Entry: Sendable, Equatable {
        var number: Int
        var stream: String
        /// Whole seconds.
        var time: Timestamp
        /// Not before `time`.
        var visibleAt: Timestamp

        var id: String { "e-\(stream.lowercased())-\(number)" }
    }

    var entries: [Entry] = []

    /// - Parameter lag: how much later than it happened an event is shown at most, in seconds.
    init(seed: UInt64, streams: [String], from start: Timestamp, to end: Timestamp, count: Int, lag: Int) {
        var random = SeededGenerator(seed: seed)
        let seconds = (end - start) / 1_000_000
        for stream in streams {
            for number in 0..<count {
                // Bursts, so that several happen in one second.
                let offset = number == 0 ? 0 : Int64.random(in: 1...seconds, using: &random) / 20 * 20
                let isLate = Int.random(in: 0..<3, using: &random) == 0 && number > 0
                let late = isLate ? Int64.random(in: 0...Int64(lag), using: &random) : 0
                let time = start + offset * 1_000_000
                entries.append(Entry(number: number, stream: stream, time: time, visibleAt: time + late * 1_000_000))
            }
        }
    }

    /// In the order in which the vendor stored them.
    func stored(_ stream: String, by now: Timestamp) -> [Entry] {
        entries.filter { $0.stream == stream && $0.visibleAt <= now }.sorted { ($0.visibleAt, $0.number) < ($1.visibleAt, $1.number) }
    }

    /// In the order in which they happened.
    func happened(_ stream: String, by now: Timestamp, from: Timestamp, until: Timestamp? = nil) -> [Entry] {
        entries.filter { $0.stream == stream && $0.visibleAt <= now && $0.time >= from && until.map($0.time.isNotAfter) ?? true }
            .sorted { ($0.time, $0.number) < ($1.time, $1.number) }
    }

    var lastVisible: Timestamp { entries.map(\.visibleAt).max() ?? .distantPast }
}

extension Timestamp {
    fileprivate var isNotAfter: (Timestamp) -> Bool { { self <= $0 } }

    func text(_ format: TimeText = .milliseconds) -> String {
        switch format {
        case .milliseconds: RFC3339.format(self)
        case .seconds: RFC3339.format(self, fractionDigits: 0)
        case .bare: String(RFC3339.format(self, fractionDigits: 0).dropLast())
        }
    }

    enum TimeText { case milliseconds, seconds, bare }

    var epochSeconds: Int64 { microseconds / 1_000_000 }
}

/// A vendor's API: how it answers, and what a record of an event looks like.
protocol Vendor: Sendable {
    /// The name of the poller's file.
    var poller: String { get }
    var settings: [String: String] { get }
    /// Secrets by name.
    var credentials: [String: String] { get }
    /// What is read.
    var streams: [String] { get }
    /// Seconds.
    var lag: Int { get }
    func record(_ entry: EventLog.Entry) -> String
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse
}

extension Vendor {
    var lag: Int { 300 }

    func list(_ entries: some Sequence<EventLog.Entry>) -> String { "[" + entries.map { record($0) }.joined(separator: ", ") + "]" }
}

extension Array {
    /// A page of it from an offset on, and where the next begins, if there is one.
    func page(from offset: Int, size: Int) -> (items: ArraySlice<Element>, next: Int?) {
        let start = Swift.min(Swift.max(0, offset), count)
        let end = Swift.min(start + size, count)
        return (self[start..<end], end < count ? end : nil)
    }
}
