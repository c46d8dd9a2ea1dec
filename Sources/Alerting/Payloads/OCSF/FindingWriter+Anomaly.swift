import EventModel

extension FindingWriter {
    /// OCSF `anomaly_analyses`: whose behaviour it is, what was seen, and what is usual.
    func writeAnomaly(to json: inout JSONWriter) {
        guard let anomaly = notified.finding.anomaly else { return }
        let subject = texts.name.cut(anomaly.subject)
        json.key("anomaly_analyses")
        json.beginArray()
        json.beginObject()
        json.key("analysis_targets")
        json.beginArray()
        let group = notified.finding.group.prefix(4)
        for value in group {
            json.beginObject()
            json.member("name", texts.name.cut(value.value))
            json.member("type", texts.name.cut(value.field))
            json.endObject()
        }
        if group.isEmpty {
            json.beginObject()
            json.member("name", "all together")
            json.endObject()
        }
        json.endArray()
        json.key("anomalies")
        json.beginArray()
        writeObservation(
            subject, [("seen", anomaly.observed), ("score", anomaly.score), ("score needed", anomaly.threshold)],
            pattern: texts.text.cut(anomaly.sentence), type: anomaly.kind, to: &json)
        json.endArray()
        let usual = [("usual", anomaly.usual), ("record", anomaly.record)].compactMap { name, value in value.map { (name, $0) } }
        if !usual.isEmpty {
            json.key("baselines")
            json.beginArray()
            writeObservation(subject, usual, pattern: nil, type: nil, to: &json)
            json.endArray()
        }
        json.endObject()
        json.endArray()
    }

    private func writeObservation(
        _ parameter: String, _ values: [(name: String, number: Double)], pattern: String?, type: String?,
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("observation_parameter", parameter)
        json.member("observation_type", ifPresent: type)
        json.member("observed_pattern", ifPresent: pattern)
        json.key("observations")
        json.beginArray()
        for value in values {
            json.beginObject()
            json.member("value", "\(value.name): \(value.number)")
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
