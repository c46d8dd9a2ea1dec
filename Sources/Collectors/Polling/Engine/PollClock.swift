package import EventModel

/// The time, and waiting for it.
package protocol PollClock: Sendable {
    func now() -> Timestamp
    /// Returns at that time, or throws `CancellationError`.
    func sleep(until time: Timestamp) async throws
}

/// The machine's clock.
package struct SystemClock: PollClock {
    package init() {}

    package func now() -> Timestamp { .now() }

    /// In steps, so that a clock that is set does not make a wait longer than meant by more than one of them.
    package func sleep(until time: Timestamp) async throws {
        while true {
            let left = time - now()
            if left <= 0 { return try Task.checkCancellation() }
            try await Task.sleep(for: .microseconds(min(left, 30_000_000)))
        }
    }
}
