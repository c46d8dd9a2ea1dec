import LocatedYAML

/// Reads correlation documents (Sigma correlation specification 2.1.0).
struct CorrelationReader {
    /// Defined by Sigma, not evaluated here.
    private static let otherTypes = ["value_sum", "value_avg", "value_percentile", "value_median"]

    var log: DiagnosticLog

    /// Nil if anything is wrong with it; that is logged.
    func read(_ document: SigmaDocument) -> CorrelationDefinition? {
        let before = log.diagnostics.count { $0.severity == .error }
        let metadata = MetadataReader(log: log).read(document)
        guard let node = document.root["correlation"] else { return nil }
        let section = YAMLSection(node, log: log)
        let kind = readKind(section)
        let rules = readRules(section)
        let groupBy = section.strings("group-by")
        let aliases = readAliases(section)
        let timespan = readTimespan(section)
        let condition = readCondition(section, kind)
        let ownGenerate = section.bool("generate")
        let generate = ownGenerate ?? YAMLSection(document.root, log: log).bool("generate") ?? false
        section.finish()
        guard let metadata, let kind, let timespan, log.diagnostics.count(where: { $0.severity == .error }) == before
        else { return nil }
        return CorrelationDefinition(
            metadata: metadata, kind: kind, rules: rules, groupBy: groupBy, aliases: aliases, timespan: timespan,
            conditions: condition.bounds, conditionLocation: section.location(of: "condition"), valueField: condition.field,
            generate: generate)
    }

    private func readKind(_ section: YAMLSection) -> CorrelationKind? {
        guard let text = section.requiredString("type") else { return nil }
        if let kind = CorrelationKind(rawValue: text) { return kind }
        let evaluated = CorrelationKind.allCases.map(\.rawValue)
        if Self.otherTypes.contains(text) {
            let list = evaluated.joined(separator: ", ")
            section.error("type", "type \"\(text)\" is not evaluated by this version, which has \(list)")
        } else {
            let hint = Suggestion.hint(for: text, among: evaluated)
            section.error("type", "unknown correlation type \"\(text)\"; there are \(evaluated.joined(separator: ", "))\(hint)")
        }
        return nil
    }

    private func readRules(_ section: YAMLSection) -> [CorrelationDefinition.Reference] {
        guard let node = section.node("rules") else {
            section.missing("rules")
            return []
        }
        let nodes = node.sequence ?? [node]
        if nodes.isEmpty { section.error("rules", "\"rules\" must name at least one rule, by id, name or title") }
        var references: [CorrelationDefinition.Reference] = []
        for item in nodes {
            guard let scalar = item.scalar, scalar.value != .null else {
                log.error(at: item.location, "a rule is referred to by its id, name or title, not by \(item.kind)")
                continue
            }
            references.append(.init(text: scalar.text, location: item.location))
        }
        return references
    }

    private func readAliases(_ section: YAMLSection) -> [CorrelationDefinition.Alias] {
        guard let node = section.section("aliases") else { return [] }
        var aliases: [CorrelationDefinition.Alias] = []
        for entry in node.allEntries() {
            guard let fields = entry.value.mapping else {
                log.error(
                    at: entry.value.location,
                    "alias \"\(entry.key)\" must map rules to fields, as in \"login_rule: user.name\"")
                continue
            }
            var alias = CorrelationDefinition.Alias(name: entry.key, location: entry.keyLocation, fields: [])
            for field in fields {
                guard let name = field.value.scalar, name.value != .null else {
                    log.error(at: field.value.location, "the alias needs the name of a field here, not \(field.value.kind)")
                    continue
                }
                alias.fields.append((.init(text: field.key, location: field.keyLocation), name.text))
            }
            aliases.append(alias)
        }
        return aliases
    }

    private func readTimespan(_ section: YAMLSection) -> Int64? {
        if section.node("timespan") == nil, section.has("timeframe") {
            log.error(at: section.location(of: "timeframe"), "the key for the window of a correlation is \"timespan\"")
            return nil
        }
        guard let text = section.requiredString("timespan") else { return nil }
        if let timespan = Timespan.microseconds(text) { return timespan }
        section.error("timespan", "\"\(text)\" is not a timespan; write a number above 0 and s, m, h, d, w, M or y, as in 15m")
        return nil
    }

    // MARK: Conditions

    private func readCondition(
        _ section: YAMLSection, _ kind: CorrelationKind?
    ) -> (bounds: [CountCondition], field: String?) {
        guard let node = section.node("condition") else {
            if kind == .eventCount || kind == .valueCount { section.missing("condition") }
            return ([], nil)
        }
        guard node.mapping != nil else {
            let text = node.scalar == nil ? "" : "; boolean conditions over rules are not evaluated by this version"
            log.error(at: node.location, "a correlation's condition must be a mapping such as \"gte: 10\"\(text)")
            return ([], nil)
        }
        let condition = YAMLSection(node, log: log)
        var bounds: [CountCondition] = []
        for relation in CountCondition.Relation.allCases {
            guard let value = condition.int(relation.rawValue, in: 0 ... .max) else { continue }
            bounds.append(CountCondition(relation, value))
        }
        let field = readField(condition, kind)
        condition.finish()
        let isWritten = CountCondition.Relation.allCases.contains { node[$0.rawValue] != nil }
        if !isWritten { log.error(at: node.location, "the condition needs a bound: gt, gte, lt, lte, eq or neq") }
        checkRange(bounds, at: node.location)
        return (bounds, field)
    }

    private func readField(_ condition: YAMLSection, _ kind: CorrelationKind?) -> String? {
        guard let node = condition.node("field") else {
            if kind == .valueCount { condition.missing("field") }
            return nil
        }
        if let kind, kind != .valueCount {
            log.error(at: node.location, "only value_count counts a field's values; \(kind.rawValue) has no \"field\"")
            return nil
        }
        if let names = node.sequence {
            // One name in a list is as good as the name.
            if names.count == 1, let name = names[0].scalar?.text { return name }
            log.error(at: node.location, "value_count over several fields is not evaluated by this version; name one")
            return nil
        }
        return condition.string("field")
    }

    /// Two bounds make a range; any other combination says less than it seems to.
    private func checkRange(_ bounds: [CountCondition], at location: SourceLocation) {
        guard bounds.count > 1 else { return }
        let lower = bounds.filter { $0.relation == .gt || $0.relation == .gte }
        let upper = bounds.filter { $0.relation == .lt || $0.relation == .lte }
        guard bounds.count == 2, lower.count == 1, upper.count == 1 else {
            log.error(at: location, "a condition has one bound, or a range of one of gt, gte and one of lt, lte")
            return
        }
        let least = lower[0].relation == .gt ? lower[0].value &+ 1 : lower[0].value
        let most = upper[0].relation == .lt ? upper[0].value - 1 : upper[0].value
        if least > most { log.error(at: location, "no number lies in the range of this condition") }
    }
}
