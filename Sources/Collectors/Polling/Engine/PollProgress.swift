import EventModel
import Synchronization

/// What the streams of a source tell of themselves, for its status.
final class PollProgress: Sendable {
    struct Stream: Sendable {
        var lastSuccess: Timestamp?
        var error: String?
        var warning: String?
        var pages = 0
        var duplicates = 0
        var nextPoll: Timestamp?
        var newest: Timestamp?
        var keys = 0
    }

    private let streams: Mutex<[String: Stream]>

    init(_ names: [String]) { streams = Mutex(Dictionary(names.map { ($0, Stream()) }, uniquingKeysWith: { first, _ in first })) }

    func update(_ name: String, _ change: (inout Stream) -> Void) {
        streams.withLock { change(&$0[name, default: Stream()]) }
    }

    /// Notes what a person should know. False if it is known.
    func warn(_ name: String, _ text: String) -> Bool {
        streams.withLock { streams in
            if streams[name]?.warning == text { return false }
            streams[name, default: Stream()].warning = text
            return true
        }
    }

    var status: PollStatus {
        streams.withLock { streams in
            var status = PollStatus()
            let sorted = streams.sorted { $0.key < $1.key }
            // The one that is worst off is what a person has to know.
            let successes = sorted.compactMap(\.value.lastSuccess)
            status.lastSuccess = successes.count == sorted.count ? successes.min() : nil
            status.newestEvent = sorted.compactMap(\.value.newest).max()
            status.nextPoll = sorted.compactMap(\.value.nextPoll).min()
            status.pages = sorted.reduce(0) { $0 + $1.value.pages }
            status.duplicates = sorted.reduce(0) { $0 + $1.value.duplicates }
            status.rememberedKeys = sorted.reduce(0) { $0 + $1.value.keys }
            let problems = sorted.compactMap { name, stream in (stream.error ?? stream.warning).map { "\(name): \($0)" } }
            status.failingStreams = sorted.count { $0.value.error != nil }
            status.problem = problems.first.map { String($0.prefix(500)) }
            return status
        }
    }
}
