public import Sigma

/// What of a correlation never counts, because no known record carries the fields that it groups by or counts.
public struct CorrelationFieldCheck: Sendable, Equatable {
    /// A base rule none of whose matches can count.
    public struct Base: Sendable, Equatable {
        /// `RuleMetadata.title` of the rule.
        public var title: String
        /// The names that are missing, as the correlation or its `aliases` write them for this rule. Empty if each of them is
        /// carried by some product, and no product carries all.
        public var fields: [RuleFieldCheck.Field]

        public init(title: String, fields: [RuleFieldCheck.Field]) {
            self.title = title
            self.fields = fields
        }
    }

    /// False if the condition cannot hold without the matches of `silent`.
    public var canFire: Bool
    /// In the order in which the correlation names them, each once.
    public var silent: [Base]

    public init(canFire: Bool, silent: [Base]) {
        self.canFire = canFire
        self.silent = silent
    }
}

extension FieldAliasing {
    /// Looks at what a correlation groups by and counts as `check(_:)` looks at a rule's condition, for each of its base rules.
    /// Correlations that it builds on are taken to fire.
    ///
    /// - Parameter rules: by their ids (`RuleMetadata.id`).
    public func check(_ correlation: SigmaCorrelation, rules: [String: SigmaRule]) -> CorrelationFieldCheck {
        let names = correlation.groupBy + correlation.valueFields + (correlation.behaviour?.neededFields ?? [])
            + (correlation.kind.needsPeers ? [correlation.behaviour?.peers].compactMap { $0 } : [])
        var silent: [String: CorrelationFieldCheck.Base] = [:]
        var ids: [String] = []
        for id in correlation.rules where silent[id] == nil {
            guard let rule = rules[id] else { continue }
            // A name without one for this rule has been refused.
            let own = names.compactMap { name in
                guard let alias = correlation.aliases[name] else { return name }
                return alias[id]
            }
            let check = check(grouping: own.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }, for: rule.logSource)
            if check.canFire { continue }
            silent[id] = CorrelationFieldCheck.Base(title: rule.metadata.title, fields: check.fields)
            ids.append(id)
        }
        return CorrelationFieldCheck(
            canFire: ids.isEmpty || correlation.canHold { silent[$0] == nil }, silent: ids.compactMap { silent[$0] })
    }
}

extension SigmaCorrelation {
    /// Whether its condition can hold when only those rules match that `canMatch` names.
    fileprivate func canHold(_ canMatch: (String) -> Bool) -> Bool {
        if let ruleCondition { return ruleCondition.canBe(true, canMatch) }
        switch kind {
        case .eventCount, .valueCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian, .spike, .drop, .firstSeen, .rare,
            .unusualTime, .travel, .peerOutlier, .risk:
            return rules.contains(where: canMatch)
        case .temporal, .temporalOrdered:
            if conditions.isEmpty { return rules.allSatisfy(canMatch) }
            let steps = kind == .temporal ? Array(Set(rules)) : rules
            return steps.count(where: canMatch) >= (Threshold.of(conditions) ?? 1)
        }
    }
}

extension RuleCondition {
    /// Whether it can come to that value when only those rules match that `canMatch` names.
    fileprivate func canBe(_ value: Bool, _ canMatch: (String) -> Bool) -> Bool {
        switch self {
        case .rule(let id): !value || canMatch(id)
        case .not(let inner): inner.canBe(!value, canMatch)
        case .all(let parts):
            value ? parts.allSatisfy { $0.canBe(true, canMatch) } : parts.contains { $0.canBe(false, canMatch) }
        case .any(let parts):
            value ? parts.contains { $0.canBe(true, canMatch) } : parts.allSatisfy { $0.canBe(false, canMatch) }
        }
    }
}
