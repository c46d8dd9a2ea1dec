public import EventModel

/// What was done by hand, for people to see.
extension StoreReader {
    /// What was done with a finding, in order.
    public func handChanges(findingUID: String) throws -> [HandChange] {
        try StoreError.translating(files.database) {
            try TriageQueries.changes(connection, findingUID: findingUID, limit: 10_000)
        }
    }

    /// Silences that end after a time, those that ended before left out.
    public func silences(endingAfter time: Timestamp) throws -> [StoredSilence] {
        try StoreError.translating(files.database) { try TriageQueries.silences(connection, endingAfter: time) }
    }

    /// Deliveries, the latest first.
    public func deliveries(_ filter: DeliveryFilter) throws -> [DeliveryRecord] {
        try StoreError.translating(files.database) { try Outbox.deliveries(connection, filter) }
    }

    /// How the findings of each rule were judged.
    public func verdicts() throws -> [RuleVerdicts] {
        try StoreError.translating(files.database) {
            var rules: [String: RuleVerdicts] = [:]
            _ = try connection.rows(
                "SELECT rule_id, verdict, count(*) FROM findings WHERE drill IS NULL GROUP BY rule_id, verdict"
            ) {
                let rule = $0.text(0)
                let verdict = $0.optionalText(1).flatMap(Verdict.init(rawValue:))
                rules[rule, default: RuleVerdicts(rule: rule)].add(Int($0.integer(2)), verdict)
            }
            return rules.values.sorted { $0.rule < $1.rule }
        }
    }
}

/// How the findings of one rule were judged.
public struct RuleVerdicts: Sendable, Equatable {
    public var rule: String
    /// Not judged yet.
    public var open = 0
    public var counts: [Verdict: Int] = [:]

    public init(rule: String) { self.rule = rule }

    mutating func add(_ count: Int, _ verdict: Verdict?) {
        guard let verdict else {
            open += count
            return
        }
        counts[verdict, default: 0] += count
    }

    /// The share of findings that were wrong, of those that were judged right, wrong or harmless; nil if none was.
    public var falsePositiveRatio: Double? {
        let judged = counts.filter { $0.key != .test && $0.key != .inconclusive }.values.reduce(0, +)
        return judged == 0 ? nil : Double(counts[.falsePositive] ?? 0) / Double(judged)
    }
}
