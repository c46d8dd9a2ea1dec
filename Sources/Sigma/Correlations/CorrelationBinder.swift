import LocatedYAML

/// Replaces a correlation's references by ids, and checks what follows from them alone.
struct CorrelationBinder {
    var index: RuleIndex
    var log: DiagnosticLog

    /// Nil if a reference leads nowhere, or what is asked of the rules cannot be; that is logged.
    func bind(_ definition: CorrelationDefinition) -> SigmaCorrelation? {
        let before = log.diagnostics.count { $0.severity == .error }
        var rules: [String] = []
        for reference in definition.rules {
            guard let id = resolve(reference) else { continue }
            if rules.contains(id) {
                log.error(at: reference.location, "rule \"\(reference.text)\" is already in the list; name each rule once")
            }
            rules.append(id)
        }
        let isComplete = rules.count == definition.rules.count
        let aliases = bindAliases(definition, rules, isComplete: isComplete)
        if isComplete { checkCount(definition, rules.count) }
        guard log.diagnostics.count(where: { $0.severity == .error }) == before else { return nil }

        var conditions = definition.conditions
        // Without a condition, every rule has to match (specification, "Temporal").
        if conditions.isEmpty { conditions = [CountCondition(.gte, rules.count)] }
        return SigmaCorrelation(
            metadata: definition.metadata, kind: definition.kind, rules: rules, groupBy: definition.groupBy, aliases: aliases,
            timespan: definition.timespan, conditions: conditions, valueField: definition.valueField,
            generate: definition.generate)
    }

    private func resolve(_ reference: CorrelationDefinition.Reference) -> String? {
        switch index.find(reference.text) {
        case .rule(let id), .correlation(let id): return id
        case .broken: log.error(at: reference.location, Self.broken(reference.text))
        case .ambiguous(let places):
            let list = places.map(\.description).joined(separator: ", ")
            log.error(at: reference.location, "several rules are called \"\(reference.text)\" (\(list)); refer to one by its id")
        case nil:
            let hint = Suggestion.hint(for: reference.text, among: index.words)
            log.error(at: reference.location, "no rule has the id, name or title \"\(reference.text)\"\(hint)")
        }
        return nil
    }

    static func broken(_ name: String) -> String { "rule \"\(name)\" has errors of its own; mend that rule first" }

    private func bindAliases(
        _ definition: CorrelationDefinition, _ rules: [String], isComplete: Bool
    ) -> [String: [String: String]] {
        var aliases: [String: [String: String]] = [:]
        for alias in definition.aliases {
            var fields: [String: String] = [:]
            for (rule, field) in alias.fields {
                guard let id = resolve(rule) else { continue }
                if isComplete, !rules.contains(id) {
                    log.error(
                        at: rule.location, "alias \"\(alias.name)\" names rule \"\(rule.text)\", which is not under \"rules\"")
                }
                fields[id] = field
            }
            for (reference, id) in zip(definition.rules, rules) where isComplete && fields[id] == nil {
                log.error(at: alias.location, "alias \"\(alias.name)\" names no field for rule \"\(reference.text)\"")
            }
            aliases[alias.name] = fields
        }
        return aliases
    }

    /// `gte: 3` over two rules can never hold.
    private func checkCount(_ definition: CorrelationDefinition, _ rules: Int) {
        guard definition.kind == .temporal || definition.kind == .temporalOrdered, !definition.conditions.isEmpty else { return }
        if !(0...rules).contains(where: { count in definition.conditions.allSatisfy { $0.holds(count) } }) {
            log.error(at: definition.conditionLocation, "the condition can never hold: only \(rules) rules are listed")
        }
    }
}
