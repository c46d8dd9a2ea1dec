import EventModel
import LocatedYAML
import Normaliser

/// An explanation of one event, for people and as JSON.
struct MappingExplanationText {
    let style: Style

    /// Longer values are cut, for people.
    private static let maximumValue = 100
    /// Longer paths do not push the others' values to the right.
    private static let maximumPath = 44

    func lines(_ explanation: MappingExplanation) -> [String] {
        var lines = head(explanation) + [""]
        lines += columns(
            explanation.fields.map { field in
                (field.path, Self.shown(field.text), Self.source(field.origin, field.location))
            })
        for (title, disposition) in [("In unmapped", VendorValue.Disposition.unmapped), ("Dropped", .dropped)] {
            let values = explanation.values.filter { $0.disposition == disposition }
            if values.isEmpty { continue }
            lines += ["", style.paint(title, .bold)]
            lines += columns(values.map { ($0.path, Self.shown($0.text), "") })
        }
        if !explanation.refusals.isEmpty {
            lines += ["", style.paint("Left out", .bold)]
            for refusal in explanation.refusals {
                let value = refusal.text.isEmpty ? "" : "\(refusal.source) = \(Self.shown(refusal.text)): "
                lines.append(
                    "  \(refusal.path)  \(style.paint("\(value)\(refusal.reason)", .yellow))"
                        + dim(refusal.location))
            }
        }
        return lines
    }

    private func head(_ explanation: MappingExplanation) -> [String] {
        var lines: [String] = []
        switch explanation.maker {
        case .none(let reason):
            return ["product   none: \(reason)"]
        case .product(let name, let title, let alternative, let envelope):
            lines.append("product   \(style.paint(name, .bold)) (\(title.text))")
            if let alternative {
                let within = envelope.map { ", within \"\($0)\"" } ?? ""
                lines.append("told by   \(alternative.text)\(within)" + dim(alternative.location))
            } else {
                lines.append("told by   --product; its shape does not tell")
            }
        }
        guard let classification = explanation.classification else { return lines }
        let type = classification.type ?? "none: the record has no value there"
        if let entry = classification.entry {
            let pattern = entry.text == classification.type ? "" : " (as \(entry.text))"
            lines.append("type      \(type)\(pattern)" + dim(entry.location))
        } else {
            lines.append("type      \(type)" + style.paint("  in no list of types", .yellow))
        }
        let used = classification.used
        lines.append("class     \(style.paint(used.text, .bold))" + dim(used.location))
        if let wanted = classification.wanted, !classification.missing.isEmpty {
            let missing = classification.missing.map { $0.joined(separator: " or ") }.joined(separator: ", and ")
            let reason = "by default: \(wanted.text) needs \(missing), which the record does not give"
            lines.append("          " + style.paint(reason, .yellow) + dim(wanted.location))
        }
        return lines
    }

    private func columns(_ rows: [(String, String, String)]) -> [String] {
        let width = min(Self.maximumPath, rows.map(\.0.count).max() ?? 0)
        return rows.map { path, value, source in
            let name = path + String(repeating: " ", count: max(0, width - path.count))
            let made = source.isEmpty ? "" : style.paint("  ← \(source)", .dim)
            return "  \(style.paint(name, .cyan)) = \(value)\(made)"
        }
    }

    /// On one line, without what would move the terminal's cursor, and cut.
    private static func shown(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(maximumValue) {
            shown.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar)
        }
        return text.unicodeScalars.count > maximumValue ? shown + "…" : shown
    }

    private func dim(_ location: SourceLocation) -> String { style.paint("  \(Self.place(location))", .dim) }

    private static func place(_ location: SourceLocation) -> String { "\(location.file):\(location.line)" }

    private static func source(_ origin: String, _ location: SourceLocation?) -> String {
        let origin = shown(origin)
        return location.map { "\(origin), \(place($0))" } ?? origin
    }

    // MARK: JSON

    static func json(_ explanation: MappingExplanation) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        switch explanation.maker {
        case .none(let reason): writer.member("reason", reason)
        case .product(let name, _, let alternative, let envelope):
            writer.member("product", name)
            if let alternative { write("detect", alternative, into: &writer) }
            writer.member("envelope", ifPresent: envelope)
        }
        if let classification = explanation.classification {
            writer.member("event_type", ifPresent: classification.type)
            if let entry = classification.entry { write("type", entry, into: &writer) }
            write("class", classification.used, into: &writer)
            if let wanted = classification.wanted, !classification.missing.isEmpty {
                write("wanted_class", wanted, into: &writer)
                writer.key("missing")
                writer.beginArray()
                for names in classification.missing {
                    writer.beginArray()
                    for name in names { writer.string(name) }
                    writer.endArray()
                }
                writer.endArray()
            }
        }
        writer.key("fields")
        writer.beginArray()
        for field in explanation.fields {
            writer.beginObject()
            writer.member("path", field.path)
            writer.key("value")
            if field.isText { writer.string(field.text) } else { writer.raw(field.text) }
            writer.member("source", field.origin)
            if let location = field.location { write(location, into: &writer) }
            writer.endObject()
        }
        writer.endArray()
        for disposition in [VendorValue.Disposition.unmapped, .dropped] {
            writer.key(disposition.rawValue)
            writer.beginArray()
            for value in explanation.values where value.disposition == disposition {
                writer.beginObject()
                writer.member("path", value.path)
                writer.key("value")
                if value.kind == .string { writer.string(value.text) } else { writer.raw(value.text) }
                writer.endObject()
            }
            writer.endArray()
        }
        writer.key("left_out")
        writer.beginArray()
        for refusal in explanation.refusals {
            writer.beginObject()
            writer.member("path", refusal.path)
            writer.member("source", refusal.source)
            if !refusal.text.isEmpty { writer.member("value", refusal.text) }
            writer.member("reason", refusal.reason)
            write(refusal.location, into: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.key("event")
        explanation.document.withUnsafeBytes { writer.raw($0) }
        writer.endObject()
        return writer.text
    }

    private static func write(_ key: String, _ place: MappingPlace, into writer: inout JSONWriter) {
        writer.key(key)
        writer.beginObject()
        writer.member("text", place.text)
        write(place.location, into: &writer)
        writer.endObject()
    }

    private static func write(_ location: SourceLocation, into writer: inout JSONWriter) {
        writer.member("file", location.file)
        writer.member("line", location.line)
        writer.member("column", location.column)
    }
}
