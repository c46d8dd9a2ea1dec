public import EventModel

/// The time that retries and breakers run on.
public protocol DeliveryClock: Sendable {
    func now() -> Timestamp

    /// Returns at that time, or throws `CancellationError`.
    func sleep(until time: Timestamp) async throws
}

/// This machine's clock.
public struct SystemDeliveryClock: DeliveryClock {
    /// One sleep lasts at most this long, so that a clock set forward is noticed.
    private static let longestNap: Int64 = 60_000_000

    public init() {}

    public func now() -> Timestamp { .now() }

    public func sleep(until time: Timestamp) async throws {
        while true {
            let left = time - now()
            if left <= 0 { return }
            try await Task.sleep(for: .microseconds(min(left, SystemDeliveryClock.longestNap)))
        }
    }
}
