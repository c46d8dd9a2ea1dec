package import EventModel

/// What the daemon has to say of a source, of an endpoint or of a drill: a record of its own, stored and searched like any other.
/// The mapping `perimeter` makes an OCSF Detection Finding of it, and the rules of `rules/health` an alert.
package struct HealthEvent: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Records were received and lost.
        case loss = "source.loss"
        /// Nothing has come for longer than usual, or than configured.
        case silent = "source.silent"
        /// What one of the two said is over.
        case recovered = "source.recovered"
        /// Deliveries to an endpoint were given up.
        case dead = "delivery.dead"
        /// An endpoint's receiver wants nothing any more.
        case disabled = "delivery.disabled"
        /// It was taken into service again.
        case enabled = "delivery.enabled"
        /// What a drill should have shown did not happen.
        case drillFailed = "drill.failed"

        /// It says that something is over.
        var isGood: Bool { self == .recovered || self == .enabled }
    }

    package var kind: Kind
    /// The name of the source or endpoint, the id of the drill.
    package var subject: String
    package var time: Timestamp
    /// When it began: the last record before the silence, the first look that found the loss, the start of the drill.
    package var since: Timestamp
    /// Records lost, by reason, since the last event of this loss.
    package var lost: [String: Int] = [:]
    /// For a silence: the configured longest one, in microseconds; nil where the usual ones decided.
    package var limit: Int64?
    /// For a recovery: what is over.
    package var ended: Kind?

    /// Deliveries given up since the last event.
    package var count = 0
    /// What there is to say of it: why an endpoint was disabled, how a drill failed.
    package var detail = ""
    /// The name of a drill's scenario.
    package var scenario: String?

    package init(_ kind: Kind, of subject: String, at time: Timestamp, since: Timestamp) {
        self.kind = kind
        self.subject = subject
        self.time = time
        self.since = since
    }

    /// What the subject is.
    private var category: String {
        switch kind {
        case .loss, .silent, .recovered: "source"
        case .dead, .disabled, .enabled: "endpoint"
        case .drillFailed: "drill"
        }
    }

    /// Names the event: the same if it is found again after a crash.
    var id: String { "\(kind.rawValue):\(subject):\(since.microseconds):\(time.microseconds)" }

    package var message: String {
        let began = RFC3339.format(since, fractionDigits: 0)
        switch kind {
        case .loss:
            let reasons = lost.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            return "source \(subject) has lost records since \(began): \(reasons)"
        case .silent:
            let measure = limit.map { "its limit of \($0 / 1_000_000) s" } ?? "it usually is"
            return "source \(subject) has been silent since \(began), longer than \(measure)"
        case .recovered:
            return ended == .loss
                ? "source \(subject) has lost nothing for a while; it had since \(began)"
                : "source \(subject) sends again; it had been silent since \(began)"
        case .dead:
            let deliveries = count == 1 ? "1 notification" : "\(count) notifications"
            return "\(deliveries) for \(subject) were given up; siemctl webhook log --state dead says why"
        case .disabled:
            return "\(subject) wants no more notifications (\(detail)); siemctl webhook enable \(subject) sends them again"
        case .enabled: return "\(subject) is sent notifications again; it was not since \(began)"
        case .drillFailed: return "the drill \(scenario ?? subject) of \(began) failed: \(detail)"
        }
    }

    /// The record: one JSON object.
    package var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("perimeter_event", kind.rawValue)
        json.member("id", id)
        json.member("time", RFC3339.format(time, fractionDigits: 6))
        json.key(category)
        json.beginObject()
        json.member(kind == .drillFailed ? "id" : "name", subject)
        json.member("scenario", ifPresent: scenario)
        json.endObject()
        json.member("since", RFC3339.format(since, fractionDigits: 6))
        if let ended { json.member("ended", ended.rawValue) }
        if !lost.isEmpty {
            json.member("lost_records", lost.values.reduce(0, +))
            json.key("lost")
            json.beginArray()
            for (reason, count) in lost.sorted(by: { $0.key < $1.key }) {
                json.beginObject()
                json.member("reason", reason)
                json.member("count", count)
                json.endObject()
            }
            json.endArray()
        }
        if count > 0 { json.member("count", count) }
        if !detail.isEmpty { json.member("detail", detail) }
        json.member("message", message)
        json.endObject()
        return json.text
    }
}
