import LocatedYAML

/// Replaces the names in a temporal correlation's expression by ids, and checks that something can satisfy it.
struct RuleConditionBinder {
    struct Bound {
        var condition: RuleCondition
        /// The rules it names, each where it is named first.
        var references: [CorrelationDefinition.Reference]
    }

    /// The truth table of more rules than this is not looked through.
    private static let maximumTableRules = 12

    var index: RuleIndex
    var file: YAMLFile
    /// The scalar that the condition is read from.
    var node: YAMLNode
    var log: DiagnosticLog

    /// Nil if a name leads nowhere, or the condition cannot be decided; that is logged.
    func bind(_ written: Condition) -> Bound? {
        var references: [CorrelationDefinition.Reference] = []
        guard let condition = bind(written, &references) else { return nil }
        if condition.holds([]) {
            log.error(
                at: node.location,
                "the condition holds when none of its rules matches, so no event could decide it; say what must happen, as in "
                    + "\"a and not b\"")
            return nil
        }
        if canNeverHold(condition) {
            log.error(at: node.location, "the condition can never hold: it contradicts itself")
            return nil
        }
        return Bound(condition: condition, references: references)
    }

    private func bind(_ written: Condition, _ references: inout [CorrelationDefinition.Reference]) -> RuleCondition? {
        switch written {
        case .all(let parts): return bind(parts, &references).map(RuleCondition.all)
        case .any(let parts): return bind(parts, &references).map(RuleCondition.any)
        case .not(let inner): return bind(inner, &references).map(RuleCondition.not)
        case .identifier(let name, let offset):
            if let hint = ConditionParser.operatorHint(name), index.find(name) == nil {
                log.error(at: file.location(ofCharacter: offset, in: node), hint)
                return nil
            }
            let known = references.first { $0.text == name }
            let reference =
                known ?? .init(text: name, location: file.location(ofCharacter: offset, in: node))
            guard let id = index.resolve(reference, log: log) else { return nil }
            if known == nil { references.append(reference) }
            return .rule(id)
        case .selector(_, let pattern, let offset):
            log.error(
                at: file.location(ofCharacter: offset, in: node),
                "\"of \(pattern.text)\" selects search identifiers, not rules; name the rules, joined by \"and\" and \"or\"")
            return nil
        }
    }

    private func bind(_ parts: [Condition], _ references: inout [CorrelationDefinition.Reference]) -> [RuleCondition]? {
        var bound: [RuleCondition] = []
        // All of them, so that all errors are told.
        for part in parts {
            if let condition = bind(part, &references) { bound.append(condition) }
        }
        return bound.count == parts.count ? bound : nil
    }

    private func canNeverHold(_ condition: RuleCondition) -> Bool {
        let rules = condition.rules
        guard rules.count <= Self.maximumTableRules else { return false }
        let places = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1, $0) })
        return !(1..<(1 << rules.count)).contains { row in
            condition.holds { id in places[id].map { row >> $0 & 1 == 1 } ?? false }
        }
    }
}
