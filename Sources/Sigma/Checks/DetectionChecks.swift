import LocatedYAML

/// Warnings about detections that load but probably do not say what their authors meant.
struct DetectionChecks {
    /// YAML 1.1's words that are seldom meant as booleans.
    private static let wordsForBooleans: Set = ["yes", "no", "on", "off"]

    var log: DiagnosticLog

    func check(_ detection: Detection) {
        switch detection {
        case .items(let items): for item in items { check(item) }
        case .any(let detections): for inner in detections { check(inner) }
        }
    }

    private func check(_ item: FieldMatch) {
        let names = item.modifiers.map(\.name)
        if item.field == nil, item.values.contains(where: { $0.scalar?.text.isEmpty ?? false }) {
            log.warning(at: item.location, "an empty keyword matches every event that has a value")
        }
        if names.contains("all"), item.values.count == 1 {
            log.warning(at: item.location, "\"all\" has only one value to match; leave it out, or list more values")
        }
        for twice in Set(names) where names.count(where: { $0 == twice }) > 1 {
            log.warning(at: item.location, "modifier \"\(twice)\" stands more than once")
        }
        checkRepetition(item)
        if !names.contains("exists") { for value in item.values { checkReading(value) } }
    }

    private func checkRepetition(_ item: FieldMatch) {
        // By bytes: to Swift, two blanks of different width are one text.
        var seen: Set<[UInt8]> = []
        for value in item.values {
            guard let scalar = value.scalar, case .text = scalar.value else { continue }
            if !seen.insert(Array(scalar.text.utf8)).inserted {
                log.warning(at: value.location, "\"\(scalar.text)\" stands twice in this list")
            }
        }
    }

    /// Values that YAML 1.1 reads as something else than they look like.
    private func checkReading(_ value: YAMLNode) {
        guard let scalar = value.scalar, scalar.style == .plain else { return }
        let text = scalar.text
        switch scalar.value {
        case .bool(let isTrue) where Self.wordsForBooleans.contains(text.lowercased()):
            log.warning(at: value.location, "\(text) is read as \(isTrue); put quotes around it if you mean the word")
        case .integer where text.contains(":") || (text.count > 1 && text.first == "0" && text.allSatisfy(\.isNumber)):
            log.warning(at: value.location, "\(text) is read as the number \(scalar.canonicalText); put quotes around it")
        case .null, .bool, .integer, .float, .text: return
        }
    }
}
