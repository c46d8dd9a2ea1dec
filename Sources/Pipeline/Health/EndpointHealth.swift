package import EventModel

/// Which endpoints do not get what they are owed, and what is to be said when that changes. Pure: given the outbox's counts and
/// the time.
package struct EndpointHealth: Sendable, Equatable, Codable {
    /// What more is given up is told again after this time.
    package static let interval: Int64 = 600_000_000

    /// Deliveries given up that are known.
    private var dead: Int
    private var untold = 0
    private var untoldSince: Timestamp?
    private var toldAt = Timestamp.distantPast
    private var disabledSince: Timestamp?

    /// - Parameter dead: what the outbox has now; nothing is said of what was before.
    package init(dead: Int) { self.dead = dead }

    /// Takes note of the outbox as it is now.
    /// - Parameter disabledReason: why nothing is sent; nil for an endpoint that is served.
    package mutating func look(
        dead now: Int, disabledReason: String?, endpoint: String, at time: Timestamp
    ) -> [HealthEvent] {
        var events: [HealthEvent] = []
        if now > dead {
            untold += now - dead
            untoldSince = untoldSince ?? time
        }
        // A person who had them sent again may have to be told of the same ones again.
        dead = now
        if let since = untoldSince, time - toldAt >= Self.interval {
            var event = HealthEvent(.dead, of: endpoint, at: time, since: since)
            event.count = untold
            events.append(event)
            (untold, untoldSince, toldAt) = (0, nil, time)
        }
        if let disabledReason, disabledSince == nil {
            disabledSince = time
            var event = HealthEvent(.disabled, of: endpoint, at: time, since: time)
            event.detail = disabledReason
            events.append(event)
        } else if disabledReason == nil, let since = disabledSince {
            disabledSince = nil
            events.append(HealthEvent(.enabled, of: endpoint, at: time, since: since))
        }
        return events
    }
}
