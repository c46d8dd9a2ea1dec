public import EventModel

extension RiskCrossing {
    /// In place of a rule's id in the findings that tell of risk. Their kind does not tell them: rules of that type have it, too.
    public static let ruleID = "perimeter.risk"

    /// The finding that tells of the crossing.
    func finding(of entity: RiskEntity, _ policy: RiskPolicy) -> Finding {
        let evidence = parts.compactMap(\.evidence).sorted { ($0.time, $0.sequence, $0.rule) < ($1.time, $1.sequence, $1.rule) }
        let times = parts.map(\.at)
        return Finding(
            uid: uid,
            rule: RuleSummary(
                id: Self.ruleID, title: "Risk of one entity above its threshold", level: policy.level,
                description: "Several findings of one entity, each perhaps not worth an alarm, add up. Points halve with time.",
                version: "1", falsePositives: ["A finding that was not closed as a false positive, and counts until it is"]),
            kind: "risk", group: [.init(field: entity.field, value: entity.value)], count: count,
            firstSeen: times.min() ?? .distantPast, lastSeen: times.max() ?? .distantPast, evidence: evidence,
            reason: reason(policy))
    }

    /// `risk 120 of 100 from 3 findings: Brute force that succeeded (high, 50), …`
    private func reason(_ policy: RiskPolicy) -> String {
        let number = RiskPolicy.text
        let worst = parts.enumerated().sorted { a, b in
            let (first, second) = (policy.points(of: a.element), policy.points(of: b.element))
            return first == second ? a.offset < b.offset : first > second
        }.map(\.element)
        let named = worst.prefix(5).map { "\($0.title) (\($0.level.rawValue), \(number(policy.points(of: $0))))" }
        let rest = count > named.count ? ", and \(count - named.count) more" : ""
        let findings = count == 1 ? "1 finding" : "\(count) findings"
        return "risk \(number(peak)), threshold \(number(policy.threshold)), from \(findings): "
            + named.joined(separator: ", ") + rest
    }

    /// The finding as it stands in the store when it no longer holds: what it rested on was taken back, or turned out to count
    /// for another. It stays as open as it was, since closing is people's.
    public static func withdrawn(_ finding: Finding) -> Finding {
        var finding = finding
        if !finding.reason.hasPrefix(mark) { finding.reason = mark + finding.reason }
        return finding
    }

    private static let mark = "no longer so, since findings that it rested on were taken back or count for another; it was: "
}

extension RiskPolicy {
    /// Points for people: one digit behind the point, if it is not zero.
    public static func text(_ points: Double) -> String {
        guard abs(points) < 1e15 else { return points.description }
        let tenths = Int64((points * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(points < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
