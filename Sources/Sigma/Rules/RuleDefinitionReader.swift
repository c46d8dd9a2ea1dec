import EventModel
import LocatedYAML

/// Reads a rule document: what it says about itself, its log source, its detection.
struct RuleDefinitionReader {
    /// `timeframe` belongs to conditions with a pipe.
    private static let otherKeys: Set = ["condition", "timeframe"]

    var log: DiagnosticLog

    /// Nil if there is no detection, which is logged. What else is missing or wrong is logged as well, and the definition is not
    /// sound.
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
        // What cannot be read has a stand-in, so that all errors of a rule are told at once.
        return RuleDefinition(
            metadata: metadata ?? RuleMetadata(id: "", title: "", version: "", location: root.location),
            logSource: logSource ?? LogSource(), identifiers: identifiers.all, conditions: conditions ?? [],
            timeframe: detection.value["timeframe"].flatMap { $0.isNull ? nil : $0 }, file: document.file,
            isSound: metadata != nil && logSource != nil && identifiers.areSound && conditions != nil)
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
