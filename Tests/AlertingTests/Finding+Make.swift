import Alerting
import EventModel

extension Finding {
    /// A brute-force finding; tests say what they care about.
    static func make(
        uid: String = "f-1", title: String = "Many failed sign-ins", level: Level = .high, kind: String = "event_count",
        description: String = "", tags: [String] = [], group: [GroupValue] = [], evidence: Int = 0, reason: String = "10 in 5 min"
    ) -> Finding {
        let start = Timestamp(seconds: 1_795_521_600)
        return Finding(
            uid: uid,
            rule: RuleSummary(
                id: "rule-1", title: title, level: level, description: description, tags: tags, version: "abc",
                falsePositives: ["A forgotten password"]),
            kind: kind, group: group, count: evidence, firstSeen: start, lastSeen: start + 60_000_000,
            evidence: (0..<evidence).map { Evidence(sequence: Int64($0 + 1), time: start + Int64($0), rule: "sign_in_failed") },
            reason: reason)
    }
}

extension NotifiedFinding {
    /// A finding that a drill raised.
    static func ofDrill(_ id: String, uid: String, _ level: Level = .high) -> NotifiedFinding {
        NotifiedFinding(.make(uid: uid, level: level, group: [.init(field: Finding.drillField, value: id)]))
    }
}
