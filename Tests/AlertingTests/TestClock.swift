import Alerting
import EventModel
import Synchronization

/// A clock that jumps to the end of every sleep: days pass in milliseconds.
final class TestClock: DeliveryClock {
    private let time: Mutex<Timestamp>

    /// Begins at 2026-11-24T12:00:00Z.
    init(_ start: Timestamp = Timestamp(seconds: 1_795_521_600)) { time = Mutex(start) }

    func now() -> Timestamp { time.withLock { $0 } }

    func sleep(until end: Timestamp) async throws {
        await Task.yield()
        try Task.checkCancellation()
        time.withLock { $0 = max($0, end) }
    }
}
