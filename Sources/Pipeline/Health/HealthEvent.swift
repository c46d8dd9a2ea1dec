package import EventModel

/// What the daemon has to say of a source: a record of its own, stored and searched like any other. The mapping `perimeter` makes
/// an OCSF Detection Finding of it, and the rules of `rules/health` an alert.
package struct HealthEvent: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Records were received and lost.
        case loss = "source.loss"
        /// Nothing has come for longer than usual, or than configured.
        case silent = "source.silent"
        /// What one of the others said is over.
        case recovered = "source.recovered"
    }

    package var kind: Kind
    package var source: String
    package var time: Timestamp
    /// When it began: the last record before the silence, the first look that found the loss.
    package var since: Timestamp
    /// Records lost, by reason, since the last event of this loss.
    package var lost: [String: Int] = [:]
    /// For a silence: the configured longest one, in microseconds; nil where the usual ones decided.
    package var limit: Int64?
    /// For a recovery: what is over.
    package var ended: Kind?

    package init(_ kind: Kind, source: String, at time: Timestamp, since: Timestamp) {
        self.kind = kind
        self.source = source
        self.time = time
        self.since = since
    }

    /// Names the event: the same if it is found again after a crash.
    var id: String { "\(kind.rawValue):\(source):\(since.microseconds):\(time.microseconds)" }

    package var message: String {
        let began = RFC3339.format(since, fractionDigits: 0)
        switch kind {
        case .loss:
            let reasons = lost.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            return "source \(source) has lost records since \(began): \(reasons)"
        case .silent:
            let measure = limit.map { "its limit of \($0 / 1_000_000) s" } ?? "it usually is"
            return "source \(source) has been silent since \(began), longer than \(measure)"
        case .recovered:
            return ended == .loss
                ? "source \(source) has lost nothing for a while; it had since \(began)"
                : "source \(source) sends again; it had been silent since \(began)"
        }
    }

    /// The record: one JSON object.
    package var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("perimeter_event", kind.rawValue)
        json.member("id", id)
        json.member("time", RFC3339.format(time, fractionDigits: 6))
        json.key("source")
        json.beginObject()
        json.member("name", source)
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
        json.member("message", message)
        json.endObject()
        return json.text
    }
}
