import EventModel
import LocatedYAML

/// Reads a rule document: what it says about itself, its log source, its detection.
struct RuleDefinitionReader {
    /// `timeframe` belongs to conditions with a pipe.
    private static let otherKeys: Set = ["condition", "timeframe"]

    var log: DiagnosticLog

    /// Nil if something required is missing or wrong; that is logged.
    func read(_ document: SigmaDocument) -> RuleDefinition? {
        let root = document.root
        let metadata = MetadataReader(log: log).read(document)
        let logSource = LogSourceReader(log: log).read(root)
        guard let detection = root.entry("detection"), let entries = detection.value.mapping else {
            let place = root["detection"]?.location ?? root.location
            log.error(at: place, "a rule needs \"detection\": a mapping with search identifiers and a condition")
            return nil
        }
        let identifiers = DetectionReader(log: log).readIdentifiers(entries, besides: Self.otherKeys)
        let conditions = readConditions(detection)
        guard let metadata, let logSource, let identifiers, let conditions else { return nil }
        return RuleDefinition(
            metadata: metadata, logSource: logSource, identifiers: identifiers, conditions: conditions,
            timeframe: detection.value["timeframe"].flatMap { $0.isNull ? nil : $0 }, file: document.file)
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
