import EventModel
import Sigma

/// Makes findings, as people and receivers see them, out of episodes.
enum FindingText {
    /// A finding's id: the same when the same stored events are correlated again, after a crash say.
    ///
    /// It hashes the rule, the group and the time of the episode's first event as known when the finding is raised. An order of
    /// arrival in which an earlier event of the episode comes after that gives the same finding under another id: a finding is
    /// raised at once, and what is to come cannot be part of its id. Only where an episode before it may have begun at the same
    /// time and been forgotten does the first event's number in the store come in.
    static func uid(_ rule: FindingRule, _ episode: Episode, hasEvicted: Bool) -> GroupKey {
        var bytes = Array(rule.summary.id.utf8)
        bytes.append(0)
        bytes.append(contentsOf: episode.text)
        withUnsafeBytes(of: episode.first.littleEndian) { bytes.append(contentsOf: $0) }
        if episode.hasLate || hasEvicted, let first = episode.evidence.marks.first {
            withUnsafeBytes(of: first.mark.sequence.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes.withUnsafeBytes { StableHash.hash($0) }
    }

    static func finding(_ rule: FindingRule, _ episode: Episode, uid: GroupKey) -> Finding {
        let group = GroupText.values(of: episode.text, fields: rule.groupFields)
        return Finding(
            uid: uid.hexadecimal, rule: rule.summary, kind: rule.kind, group: group, count: episode.count,
            firstSeen: Timestamp(microseconds: episode.first), lastSeen: Timestamp(microseconds: episode.last),
            evidence: episode.evidence.marks.map { evidence in
                Evidence(
                    sequence: evidence.mark.sequence, time: Timestamp(microseconds: evidence.time),
                    rule: evidence.mark.step < rule.evidenceRules.count
                        ? rule.evidenceRules[evidence.mark.step] : rule.summary.id)
            },
            reason: reason(rule, episode, group), suppressed: episode.finding?.suppressed ?? 0)
    }

    /// Why the finding was raised: a function of the episode alone, so that it does not depend on the order of arrival.
    private static func reason(_ rule: FindingRule, _ episode: Episode, _ group: [Finding.GroupValue]) -> String {
        let whom = group.isEmpty ? "" : " for " + group.map { "\($0.field)=\($0.value)" }.joined(separator: ", ")
        let timespan = duration(rule.timespan)
        let span = episode.last - episode.first
        let isOneWindow = span <= rule.timespan
        let events = "\(episode.count) matching event\(episode.count == 1 ? "" : "s") of \(titles(rule))\(whom)"
        switch rule.window {
        case .event:
            return span == 0 ? events : "\(events) over \(duration(span))"
        case .eventCount:
            return isOneWindow
                ? "\(events) within \(timespan) (threshold \(rule.threshold))"
                : "\(events) over \(duration(span)), at least \(rule.threshold) of them within \(timespan) "
                    + "(threshold \(rule.threshold))"
        case .valueCount:
            let values = "at least \(rule.threshold) distinct values of \(fields(rule)) within \(timespan)"
            return isOneWindow
                ? "\(values)\(whom), in \(episode.count) matching events of \(titles(rule)) (threshold \(rule.threshold))"
                : "\(values)\(whom), in \(episode.count) matching events of \(titles(rule)) over \(duration(span)) "
                    + "(threshold \(rule.threshold))"
        case .valueSum, .valueAvg, .valuePercentile, .valueMedian:
            let conditions = rule.conditions.map { "\(sign($0.relation)) \(number($0.bound))" }.joined(separator: " and ")
            let extent = isOneWindow ? "" : " over \(duration(span))"
            return "\(function(rule)) of \(fields(rule)) \(conditions) within \(timespan)\(whom), in \(episode.count) matching "
                + "events of \(titles(rule))\(extent)"
        case .temporal, .temporalOrdered:
            if let condition = rule.ruleCondition {
                return reason(condition, rule, whom: whom, count: episode.count, over: isOneWindow ? nil : span)
            }
            let order = rule.window == .temporalOrdered ? " in this order" : ""
            let which = rule.threshold >= rule.steps.count
                ? "all \(rule.steps.count) rules matched" : "at least \(rule.threshold) of \(rule.steps.count) rules matched"
            let total = "\(episode.count) events\(isOneWindow ? "" : " over \(duration(span))")"
            return "\(which)\(order)\(whom) within \(timespan): \(titles(rule)) (\(total))"
        }
    }

    /// Why a boolean condition holds: which absence was waited for is part of it.
    private static func reason(
        _ condition: RuleCondition, _ rule: FindingRule, whom: String, count: Int, over span: Int64?
    ) -> String {
        let titles = Dictionary(rule.steps.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        let timespan = duration(rule.timespan)
        var text = "\(self.text(condition, titles))\(whom) within \(timespan)"
        if rule.window == .temporalOrdered { text += " in this order" }
        text += " (\(count) event\(count == 1 ? "" : "s")\(span.map { " over \(duration($0))" } ?? ""))"
        let forbidden = (rule.terms?.terms ?? []).reduce(UInt64(0)) { $0 | $1.forbidden }
        let absent = rule.steps.indices.filter { $0 < 64 && forbidden & (1 &<< UInt64($0)) != 0 }
        if absent.isEmpty { return text }
        let names = absent.map { "\"\(rule.steps[$0].title)\"" }.joined(separator: ", ")
        let isOnly = rule.terms?.terms.count == 1
        return isOnly
            ? "\(text): waited \(timespan) from the first event on for \(names), which did not come"
            : "\(text): where a rule is denied (\(names)), waited \(timespan) from the first event on, and it did not come"
    }

    /// A condition with titles in place of ids.
    private static func text(_ condition: RuleCondition, _ titles: [String: String], isInner: Bool = false) -> String {
        let text: String
        switch condition {
        case .rule(let id): return "\"\(titles[id] ?? id)\""
        case .not(let inner): return "not \(self.text(inner, titles, isInner: true))"
        case .all(let parts): text = parts.map { self.text($0, titles, isInner: true) }.joined(separator: " and ")
        case .any(let parts): text = parts.map { self.text($0, titles, isInner: true) }.joined(separator: " or ")
        }
        return isInner ? "(\(text))" : text
    }

    private static func fields(_ rule: FindingRule) -> String {
        rule.valueFields.count == 1 ? rule.valueFields[0] : "(\(rule.valueFields.joined(separator: ", ")))"
    }

    private static func function(_ rule: FindingRule) -> String {
        switch rule.number?.function {
        case .sum: return "sum"
        case .average: return "average"
        case .percentile(let percentile):
            return rule.window == .valueMedian ? "median" : "percentile \(number(.decimal(percentile)))"
        case nil: return rule.kind
        }
    }

    private static func sign(_ relation: CountCondition.Relation) -> String {
        switch relation {
        case .gt: ">"
        case .gte: "≥"
        case .lt: "<"
        case .lte: "≤"
        case .eq: "="
        case .neq: "≠"
        }
    }

    private static func number(_ bound: CountCondition.Bound) -> String {
        switch bound {
        case .whole(let value): "\(value)"
        case .decimal(let value): Int(exactly: value).map { "\($0)" } ?? "\(value)"
        }
    }

    /// The base rules' titles, the first few of them.
    private static func titles(_ rule: FindingRule) -> String {
        let shown = rule.steps.prefix(5).map { "\"\($0.title)\"" }
        let joiner = rule.window == .temporal || rule.window == .temporalOrdered ? ", " : " or "
        let rest = rule.steps.count - shown.count
        return shown.joined(separator: joiner) + (rest > 0 ? " and \(rest) more" : "")
    }

    /// A length of time in its two largest units: `5m`, `1h 30m`, `2d`, `250ms`.
    static func duration(_ microseconds: Int64) -> String {
        let units: [(name: String, size: Int64)] = [
            ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("µs", 1),
        ]
        guard let largest = units.firstIndex(where: { microseconds >= $0.size }) else { return "0s" }
        var parts = ["\(microseconds / units[largest].size)\(units[largest].name)"]
        // Below a minute one unit says enough.
        if largest < 3 {
            let next = units[largest + 1]
            let rest = microseconds % units[largest].size / next.size
            if rest > 0 { parts.append("\(rest)\(next.name)") }
        }
        return parts.joined(separator: " ")
    }
}
