import EventModel

/// Findings and deliveries with the parts that a test does not care about filled in.
enum Findings {
    static func make(
        uid: String, rule: String = "brute_force", level: Level = .high, count: Int = 5, lastSeen: Int64 = 2_000
    ) -> Finding {
        Finding(
            uid: uid,
            rule: RuleSummary(id: rule, title: "Many failed sign-ins", level: level, tags: ["attack.t1110"]),
            kind: "event_count", group: [.init(field: "identity", value: "ana@example.com")], count: count,
            firstSeen: Timestamp(seconds: 1_000), lastSeen: Timestamp(seconds: lastSeen),
            evidence: [Evidence(sequence: 7, time: Timestamp(seconds: 1_000), rule: "failed_sign_in")],
            reason: "5 failed sign-ins of ana@example.com within 10 minutes")
    }

    static func delivery(
        _ id: String, of finding: Finding, endpoint: String = "soc", at seconds: Int64 = 0
    ) -> NewDelivery {
        NewDelivery(
            id: id, endpoint: endpoint, thread: finding.uid, findings: [finding.uid], body: "{\"uid\":\"\(finding.uid)\"}",
            createdAt: Timestamp(seconds: seconds))
    }
}
