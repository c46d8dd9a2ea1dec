package import EventModel

/// Lets the requests of a source through at the vendor's rate, and none while the vendor asked for a pause: all of its streams
/// share one quota.
package actor RequestGate {
    private var budget: RequestBudget
    private var closedUntil = Timestamp.distantPast
    private let clock: any PollClock

    package init(_ rate: RequestRate, clock: any PollClock) {
        budget = RequestBudget(rate)
        self.clock = clock
    }

    /// Returns when a request may be sent.
    package func pass() async throws {
        let place = budget.reserve(now: clock.now())
        while true {
            let time = max(place, closedUntil)
            if time <= clock.now() { return try Task.checkCancellation() }
            try await clock.sleep(until: time)
        }
    }

    package func close(until time: Timestamp) { closedUntil = max(closedUntil, time) }
}
