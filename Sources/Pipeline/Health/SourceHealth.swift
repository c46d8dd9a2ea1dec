package import EventModel

/// What is known of one source's health, and what is to be said when that changes. Pure: given the ledger's counts and the time.
package struct SourceHealth: Sendable, Equatable, Codable {
    /// A loss that goes on is told again after this time, with what was lost since.
    package static let lossInterval: Int64 = 600_000_000
    /// Longer between two looks, the daemon was not there: that silence is its own.
    private static let longestLook: Int64 = 150_000_000
    private static let minute: Int64 = 60_000_000

    /// What the ledger has counted of the source.
    package struct Counts: Sendable, Equatable, Codable {
        package var received = 0
        package var dropped: [String: Int] = [:]

        package init(received: Int = 0, dropped: [String: Int] = [:]) {
            self.received = received
            self.dropped = dropped
        }
    }

    private struct Loss: Sendable, Equatable, Codable {
        var since: Timestamp
        var lastAt: Timestamp
        var toldAt: Timestamp
        /// Lost since it was told.
        var untold: [String: Int]
    }

    private var cadence = SourceCadence()
    private var counts: Counts
    private var lookedAt: Timestamp
    /// Since when somebody has been there to receive.
    private var watchedSince: Timestamp
    private var minuteStart: Timestamp
    private var isMinuteActive = false
    private var loss: Loss?
    /// When records last came, as far as was looked.
    package private(set) var lastReceived: Timestamp?
    /// Set while the source is silent: since when.
    package private(set) var silentSince: Timestamp?

    package var isLosing: Bool { loss != nil }

    /// - Parameter counts: what the ledger has now; nothing is said of what was before.
    package init(counts: Counts, at time: Timestamp) {
        self.counts = counts
        lookedAt = time
        watchedSince = time
        minuteStart = time
    }

    var isSound: Bool { cadence.isSound }

    /// Takes note of the ledger as it is now.
    /// - Parameter limit: the configured longest silence, in microseconds; nil: what has been learned decides.
    package mutating func look(_ now: Counts, source: String, at time: Timestamp, limit: Int64?) -> [HealthEvent] {
        // A clock that was set back: wait until it has caught up.
        guard time > lookedAt else { return [] }
        if time - lookedAt > Self.longestLook {
            cadence.forgetSilence()
            minuteStart = time
            isMinuteActive = false
            watchedSince = time
        }
        lookedAt = time
        let isActive = now.received > counts.received
        closeMinutes(until: time)
        var events = lossEvents(now, source, time)
        if isActive {
            lastReceived = time
            isMinuteActive = true
            if let since = silentSince {
                events.append(Self.recovery(of: .silent, source, time, since: since))
                silentSince = nil
            }
        } else if silentSince == nil, isSilent(time, limit) {
            let since = lastReceived ?? watchedSince
            silentSince = since
            var event = HealthEvent(.silent, of: source, at: time, since: since)
            event.limit = limit
            events.append(event)
        }
        counts = now
        return events
    }

    private mutating func closeMinutes(until time: Timestamp) {
        while time - minuteStart >= Self.minute {
            cadence.observe(minute: minuteStart, isActive: isMinuteActive)
            isMinuteActive = false
            minuteStart = minuteStart + Self.minute
        }
    }

    private func isSilent(_ time: Timestamp, _ limit: Int64?) -> Bool {
        guard let limit else { return cadence.isSilent }
        return time - max(lastReceived ?? watchedSince, watchedSince) >= limit
    }

    private mutating func lossEvents(_ now: Counts, _ source: String, _ time: Timestamp) -> [HealthEvent] {
        var new: [String: Int] = [:]
        for (reason, count) in now.dropped {
            let more = count - (counts.dropped[reason] ?? 0)
            if more > 0 { new[reason] = more }
        }
        if !new.isEmpty {
            if loss == nil {
                loss = Loss(since: time, lastAt: time, toldAt: .distantPast, untold: new)
            } else {
                loss?.untold.merge(new, uniquingKeysWith: +)
                loss?.lastAt = time
            }
        }
        guard let current = loss else { return [] }
        var events: [HealthEvent] = []
        let isOver = time - current.lastAt >= Self.lossInterval
        if !current.untold.isEmpty, isOver || time - current.toldAt >= Self.lossInterval {
            var event = HealthEvent(.loss, of: source, at: time, since: current.since)
            event.lost = current.untold
            events.append(event)
            loss?.untold = [:]
            loss?.toldAt = time
        }
        if isOver {
            events.append(Self.recovery(of: .loss, source, time, since: current.since))
            loss = nil
        }
        return events
    }

    private static func recovery(
        of kind: HealthEvent.Kind, _ source: String, _ time: Timestamp, since: Timestamp
    ) -> HealthEvent {
        var event = HealthEvent(.recovered, of: source, at: time, since: since)
        event.ended = kind
        return event
    }
}
