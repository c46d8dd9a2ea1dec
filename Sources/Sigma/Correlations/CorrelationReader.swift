import LocatedYAML

/// Reads correlation documents (Sigma correlation specification 2.1.0).
struct CorrelationReader {
    var log: DiagnosticLog

    /// Nil if anything is wrong with it; that is logged.
    func read(_ document: SigmaDocument) -> CorrelationDefinition? {
        let before = log.diagnostics.count { $0.severity == .error }
        let metadata = MetadataReader(log: log).read(document)
        guard let node = document.root["correlation"] else { return nil }
        let section = YAMLSection(node, log: log)
        let kind = readKind(section)
        let isBehavioural = kind?.isBehavioural ?? false
        let behaviour = kind.flatMap { isBehavioural ? BehaviourReader(kind: $0).read(section) : nil }
        // Rules that the condition names need not be listed.
        let condition = isBehavioural
            ? CorrelationDefinition.WrittenCondition(location: section.location(of: "condition"))
            : CorrelationConditionReader(kind: kind, file: document.file, log: log).read(section)
        let rules = readRules(section, isRequired: isBehavioural || section.node("condition")?.scalar == nil)
        let groupBy = section.strings("group-by")
        let aliases = readAliases(section)
        // A behavioural type that asks of single events puts those of an hour into one finding.
        let needsTimespan = kind?.needsTimespan ?? true
        let timespan = needsTimespan || section.has("timespan") ? readTimespan(section) : 3_600_000_000
        if isBehavioural, let timespan, timespan < 60_000_000 {
            section.error("timespan", "\"timespan\" must be at least a minute for what compares with what is usual")
        }
        if isBehavioural, !section.has("group-by") {
            section.error("type", "\"group-by\" must say whose behaviour it is; write group-by: [] for that of all together")
        }
        let ownGenerate = section.bool("generate")
        let generate = ownGenerate ?? YAMLSection(document.root, log: log).bool("generate") ?? false
        if section.has("suppress") {
            log.error(at: section.location(of: "suppress"), "\"suppress\" stands beside the title, not under \"correlation\"")
        }
        section.finish()
        guard let metadata, let kind, let timespan, log.diagnostics.count(where: { $0.severity == .error }) == before
        else { return nil }
        return CorrelationDefinition(
            metadata: metadata, kind: kind, rules: rules, groupBy: groupBy, aliases: aliases, timespan: timespan,
            condition: condition, behaviour: behaviour, generate: generate, file: document.file)
    }

    private func readKind(_ section: YAMLSection) -> CorrelationKind? {
        guard let text = section.requiredString("type") else { return nil }
        if let kind = CorrelationKind(rawValue: text) { return kind }
        let types = CorrelationKind.allCases.map(\.rawValue)
        let hint = Suggestion.hint(for: text, among: types)
        section.error("type", "unknown correlation type \"\(text)\"; there are \(types.joined(separator: ", "))\(hint)")
        return nil
    }

    private func readRules(_ section: YAMLSection, isRequired: Bool) -> [CorrelationDefinition.Reference] {
        guard let node = section.node("rules") else {
            if isRequired { section.missing("rules") }
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
}
