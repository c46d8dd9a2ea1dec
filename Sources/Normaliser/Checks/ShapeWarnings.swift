import EventModel
import LocatedYAML

/// Warns of alternatives of `detect` that no record comes to, since one that is tried before takes all of its records.
struct ShapeWarnings {
    let log: DiagnosticLog

    /// - Parameter files: in the order in which their products are tried.
    func check(_ files: [MappingFile]) {
        let alternatives = files.flatMap { file in file.detect.map { (product: file.name.value, alternative: $0) } }
        for (index, later) in alternatives.enumerated() {
            let hiding = alternatives[..<index].first { Self.takesAll($0.alternative, of: later.alternative) }
            guard let hiding else { continue }
            let place = hiding.alternative.place.location
            let owner = hiding.product == later.product ? "one above" : "\(hiding.product)'s at \(place.file):\(place.line)"
            let rest = hiding.product == later.product ? "" : "; only a source with product: \(later.product) gets here"
            log.warning(
                at: later.alternative.place.location, "\(owner) asks for no more than this and takes all of its records\(rest)")
        }
    }

    /// Whether every record that satisfies `later` satisfies `earlier`.
    private static func takesAll(_ earlier: MappingFile.Alternative, of later: MappingFile.Alternative) -> Bool {
        earlier.conditions.allSatisfy { wanted in
            later.conditions.contains { condition in
                FieldCatalog.fold(condition.path) == FieldCatalog.fold(wanted.path) && implies(condition.text, wanted.text)
            }
        }
    }

    private static func implies(_ text: String?, _ wanted: String?) -> Bool {
        guard let wanted else { return true }
        guard let text else { return false }
        if text == wanted { return true }
        guard wanted.hasSuffix("*") else { return false }
        return text.hasPrefix(wanted.dropLast())
    }
}
