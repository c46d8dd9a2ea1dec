import EventModel
import LocatedYAML

/// Reads a rule document: what it says about itself, its log source, its detection.
struct RuleDefinitionReader {
    var log: DiagnosticLog

    /// Nil if something required is missing or wrong; that is logged.
    func read(_ document: SigmaDocument) -> RuleDefinition? {
        let root = document.root
        let metadata = MetadataReader(log: log).read(document)
        let logSource = readLogSource(root)
        guard let detection = root.entry("detection"), let entries = detection.value.mapping else {
            let place = root["detection"]?.location ?? root.location
            log.error(at: place, "a rule needs \"detection\": a mapping with search identifiers and a condition")
            return nil
        }
        let identifiers = readIdentifiers(entries)
        let conditions = readConditions(detection)
        guard let metadata, let logSource, let identifiers, let conditions else { return nil }
        return RuleDefinition(
            metadata: metadata, logSource: logSource, identifiers: identifiers, conditions: conditions, file: document.file)
    }

    private func readLogSource(_ root: YAMLNode) -> LogSource? {
        guard let entry = root.entry("logsource"), let keys = entry.value.mapping else {
            let place = root["logsource"]?.location ?? root.location
            log.error(at: place, "a rule needs \"logsource\" with category, product or service")
            return nil
        }
        var source = LogSource()
        for key in keys {
            let value = key.value.scalar.flatMap { $0.text.isEmpty ? nil : Self.normalised($0.text) }
            switch key.key {
            case "category": source.category = value
            case "product": source.product = value
            case "service": source.service = value
            // `definition` is prose; other keys are the author's own.
            default: continue
            }
            if value == nil { log.error(at: key.value.location, "\"\(key.key)\" must be a word; leave the key out to mean any") }
        }
        guard source != LogSource() else {
            log.error(at: entry.keyLocation, "\"logsource\" needs at least one of category, product, service")
            return nil
        }
        return source
    }

    /// Lower case, and `_` for spaces (specification, "Log Source").
    private static func normalised(_ text: String) -> String {
        String(text.lowercased().map { $0 == " " ? "_" : $0 })
    }

    private func readIdentifiers(_ entries: [YAMLNode.Entry]) -> [SearchIdentifier]? {
        let reader = DetectionReader(log: log)
        var identifiers: [SearchIdentifier] = []
        var isSound = true
        // `timeframe` belonged to conditions with a pipe, which are refused.
        for entry in entries where entry.key != "condition" && entry.key != "timeframe" {
            let before = log.diagnostics.count
            if let detection = reader.read(entry.value, named: entry.key) {
                identifiers.append(SearchIdentifier(name: entry.key, location: entry.keyLocation, detection: detection))
            }
            if log.diagnostics.count > before { isSound = false }
        }
        return isSound ? identifiers : nil
    }

    private func readConditions(_ detection: YAMLNode.Entry) -> [RuleDefinition.WrittenCondition]? {
        guard let entry = detection.value.entry("condition") else {
            log.error(at: detection.keyLocation, "\"detection\" needs a condition, for example \"condition: selection\"")
            return nil
        }
        let nodes = entry.value.sequence ?? [entry.value]
        let conditions = nodes.compactMap { node in
            node.scalar.flatMap { $0.value == .null ? nil : RuleDefinition.WrittenCondition(text: $0.text, node: node) }
        }
        guard conditions.count == nodes.count, !conditions.isEmpty else {
            log.error(at: entry.value.location, "\"condition\" must be text over search identifiers, or a list of such texts")
            return nil
        }
        return conditions
    }
}
