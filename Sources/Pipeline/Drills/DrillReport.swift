import EventModel

/// How far a drill came, stage by stage. Times are microseconds after the last record was sent.
public struct DrillReport: Sendable, Equatable {
    /// A finding that the scenario asks for.
    public struct Detection: Sendable, Equatable {
        /// The rule's id, and its title once it is known.
        public var rule: String
        public var title: String?
        /// Nil while there is none.
        public var finding: String?
        public var after: Int64?
    }

    /// A notification of the drill's findings.
    public struct Notice: Sendable, Equatable {
        public var delivery: String
        public var endpoint: String
        public var findings: [String]
        /// When it was owed.
        public var routedAfter: Int64
        /// When the receiver took it; nil: it has not.
        public var deliveredAfter: Int64?
        /// What it answered, then or at the last failure.
        public var answer: String?
    }

    public var id: String
    public var scenario: String
    public var title: String
    public var doors: String
    /// From its announcement until the daemon had taken notice of it.
    public var acceptedAfter: Int64?
    public var sent = 0
    /// How long the sending took.
    public var sendingTook: Int64?
    public var collected = 0
    public var collectedAfter: Int64?
    public var detections: [Detection] = []
    /// Findings that the scenario does not ask for.
    public var others = 0
    public var notices: [Notice] = []
    /// Findings and receivers that the routing brings together, and that have no notification.
    public var missing: [String] = []
    /// No receiver is to be told of any of its findings.
    public var isToldNobody = false
    /// Why it failed; nil: it passed.
    public var failure: String?

    public var hasPassed: Bool { failure == nil }

    init(id: String, scenario: String, title: String, doors: String) {
        self.id = id
        self.scenario = scenario
        self.title = title
        self.doors = doors
    }

    /// What it lacks, in one sentence; nil: nothing.
    var lack: String? {
        if collected < sent { return "\(collected) of \(sent) records were collected" }
        let silent = detections.filter { $0.finding == nil }.map { $0.title ?? $0.rule }
        if !silent.isEmpty { return "these rules raised nothing: \(silent.joined(separator: ", "))" }
        if !missing.isEmpty { return "nobody was told of \(missing.joined(separator: ", "))" }
        let unsent = notices.filter { $0.deliveredAfter == nil }
        if unsent.isEmpty { return nil }
        return unsent.map { "\($0.endpoint) did not take \($0.delivery): \($0.answer ?? "no attempt yet")" }
            .joined(separator: "; ")
    }

    /// In one sentence.
    var summary: String {
        if let failure { return failure }
        let last = notices.compactMap(\.deliveredAfter).max() ?? detections.compactMap(\.after).max() ?? 0
        return isToldNobody
            ? "detected \(last / 1_000) ms after the last record; nobody is to be told"
            : "told \(last / 1_000) ms after the last record"
    }

    /// One JSON object.
    public var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("drill", id)
        json.member("scenario", scenario)
        json.member("title", title)
        json.member("passed", hasPassed)
        json.member("failure", ifPresent: failure)
        json.member("sources", doors)
        milliseconds("accepted_ms", acceptedAfter, &json)
        json.member("sent", sent)
        json.member("collected", collected)
        milliseconds("collected_ms", collectedAfter, &json)
        json.key("detected")
        json.beginArray()
        for detection in detections {
            json.beginObject()
            json.member("rule", detection.rule)
            json.member("title", ifPresent: detection.title)
            json.member("finding", ifPresent: detection.finding)
            milliseconds("after_ms", detection.after, &json)
            json.endObject()
        }
        json.endArray()
        json.member("other_findings", others)
        json.key("notifications")
        json.beginArray()
        for notice in notices {
            json.beginObject()
            json.member("id", notice.delivery)
            json.member("endpoint", notice.endpoint)
            json.member("findings", strings: notice.findings)
            milliseconds("routed_ms", notice.routedAfter, &json)
            milliseconds("delivered_ms", notice.deliveredAfter, &json)
            json.member("answer", ifPresent: notice.answer)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.text
    }

    private func milliseconds(_ name: String, _ value: Int64?, _ json: inout JSONWriter) {
        if let value { json.member(name, value / 1_000) }
    }
}
