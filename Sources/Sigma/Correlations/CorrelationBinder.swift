import LocatedYAML

/// Replaces a correlation's references by ids, and checks what follows from them alone.
struct CorrelationBinder {
    var index: RuleIndex
    var log: DiagnosticLog

    /// Nil if a reference leads nowhere, or what is asked of the rules cannot be; that is logged. Rules that only the condition
    /// names are listed in the definition afterwards.
    func bind(_ definition: inout CorrelationDefinition) -> SigmaCorrelation? {
        let before = log.diagnostics.count { $0.severity == .error }
        let expression = definition.condition.expression.flatMap {
            RuleConditionBinder(index: index, file: definition.file, node: $0.node, log: log).bind($0.condition)
        }
        // Whoever names the rules in the condition need not list them.
        if definition.rules.isEmpty { definition.rules = expression?.references ?? [] }
        let references = definition.rules
        var rules: [String] = []
        for reference in references {
            guard let id = index.resolve(reference, log: log) else { continue }
            if rules.contains(id) {
                log.error(at: reference.location, "rule \"\(reference.text)\" is already in the list; name each rule once")
            }
            rules.append(id)
        }
        let isComplete = rules.count == references.count
        let aliases = bindAliases(definition, references, rules, isComplete: isComplete)
        if isComplete { checkCount(definition, rules.count) }
        if isComplete, let expression { checkNames(expression, references, rules) }
        guard log.diagnostics.count(where: { $0.severity == .error }) == before else { return nil }

        var conditions = definition.condition.bounds
        // Without a condition, every rule has to match (specification, "Temporal").
        if conditions.isEmpty, expression == nil, !definition.kind.isBehavioural {
            conditions = [CountCondition(.gte, rules.count)]
        }
        return SigmaCorrelation(
            metadata: definition.metadata, kind: definition.kind, rules: rules, groupBy: definition.groupBy, aliases: aliases,
            timespan: definition.timespan, conditions: conditions, ruleCondition: expression?.condition,
            valueFields: definition.condition.fields, percentile: definition.condition.percentile,
            behaviour: definition.behaviour, generate: definition.generate)
    }

    private func bindAliases(
        _ definition: CorrelationDefinition, _ references: [CorrelationDefinition.Reference], _ rules: [String], isComplete: Bool
    ) -> [String: [String: String]] {
        var aliases: [String: [String: String]] = [:]
        for alias in definition.aliases {
            var fields: [String: String] = [:]
            for (rule, field) in alias.fields {
                guard let id = index.resolve(rule, log: log) else { continue }
                if isComplete, !rules.contains(id) {
                    log.error(
                        at: rule.location, "alias \"\(alias.name)\" names rule \"\(rule.text)\", which is not under \"rules\"")
                }
                fields[id] = field
            }
            for (reference, id) in zip(references, rules) where isComplete && fields[id] == nil {
                log.error(at: alias.location, "alias \"\(alias.name)\" names no field for rule \"\(reference.text)\"")
            }
            aliases[alias.name] = fields
        }
        return aliases
    }

    /// `gte: 3` over two rules can never hold.
    private func checkCount(_ definition: CorrelationDefinition, _ rules: Int) {
        let bounds = definition.condition.bounds
        guard definition.kind.isTemporal, !bounds.isEmpty else { return }
        if !(0...rules).contains(where: { count in bounds.allSatisfy { $0.holds(count) } }) {
            log.error(at: definition.condition.location, "the condition can never hold: only \(rules) rules are listed")
        }
    }

    /// A list and a condition that name different rules contradict each other (enhancement proposal 198).
    private func checkNames(
        _ expression: RuleConditionBinder.Bound, _ references: [CorrelationDefinition.Reference], _ rules: [String]
    ) {
        let named = expression.condition.rules
        for reference in expression.references {
            guard let id = index.resolve(reference, log: log), !rules.contains(id) else { continue }
            log.error(
                at: reference.location,
                "rule \"\(reference.text)\" is not under \"rules\"; add it there, or leave \"rules\" out to take them from the "
                    + "condition")
        }
        for (reference, id) in zip(references, rules) where !named.contains(id) {
            log.error(
                at: reference.location,
                "rule \"\(reference.text)\" is not in the condition; add it there, or take it out here")
        }
    }
}

extension RuleIndex {
    /// The id that a reference means; nil if it means none, which is logged.
    func resolve(_ reference: CorrelationDefinition.Reference, log: DiagnosticLog) -> String? {
        switch find(reference.text) {
        case .rule(let id), .correlation(let id): return id
        case .broken: log.error(at: reference.location, Self.broken(reference.text))
        case .ambiguous(let places):
            let list = places.map(\.description).joined(separator: ", ")
            log.error(at: reference.location, "several rules are called \"\(reference.text)\" (\(list)); refer to one by its id")
        case nil:
            let hint = Suggestion.hint(for: reference.text, among: words)
            log.error(at: reference.location, "no rule has the id, name or title \"\(reference.text)\"\(hint)")
        }
        return nil
    }

    static func broken(_ name: String) -> String { "rule \"\(name)\" has errors of its own; mend that rule first" }
}
