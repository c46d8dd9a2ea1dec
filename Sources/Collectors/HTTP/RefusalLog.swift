import EventModel
import Logging
import Synchronization

/// Writes of refused requests now and then: somebody who knocks without end must not fill the disk. The ledger counts each.
final class RefusalLog: Sendable {
    private static let interval: Duration = .seconds(60)

    private let logger: Logger
    private let state = Mutex<[RefusalReason: (writtenAt: ContinuousClock.Instant, since: Int)]>([:])

    init(_ logger: Logger) { self.logger = logger }

    func note(_ reason: RefusalReason, _ failure: RequestFailure) {
        note(reason, "\(failure.status) \(failure.message)")
    }

    func note(_ reason: RefusalReason, _ text: String) {
        let now = ContinuousClock.now
        let since: Int? = state.withLock { state in
            if let last = state[reason], now - last.writtenAt < Self.interval {
                state[reason] = (last.writtenAt, last.since + 1)
                return nil
            }
            defer { state[reason] = (now, 0) }
            return state[reason]?.since ?? 0
        }
        guard let since else { return }
        logger.warning(
            "request refused",
            metadata: ["reason": "\(reason.rawValue)", "error": "\(text)", "more_since_last": "\(since)"])
    }
}
