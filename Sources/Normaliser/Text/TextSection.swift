import EventModel
import LocatedYAML

/// `text:` of a mapping file as it is written: how the product's records that are no JSON are read.
struct TextSection {
    /// What a record that is text is made of, where no pattern says it.
    enum Format: String, CaseIterable {
        /// Records in CEF that no other product's `detect` takes.
        case cef
        /// The same for LEEF.
        case leef
        /// `key=value` pairs.
        case keyValue = "key_value"
    }

    struct Pattern {
        var pieces: [LinePatternParser.Piece]
        var apps: [String]
        var constants: [(name: MappingFile.Located<String>, text: String)]
    }

    /// Names of programs in syslog's header whose lines are this product's.
    var apps: [MappingFile.Located<String>]
    var format: Format?
    var assignment: UInt8
    var separator: UInt8?
    var patterns: [Pattern]

    static let maximumPatterns = 1_024
    static let maximumConstants = 16

    /// The paths of vendor fields that it makes.
    var paths: [String] {
        patterns.flatMap { pattern in
            pattern.constants.map(\.name.value)
                + pattern.pieces.compactMap { piece in
                    guard case .capture(let name, _, _) = piece, !name.isEmpty else { return nil }
                    return name
                }
        }
    }
}

/// Reads the section `text` of a mapping file. Everything wrong goes to the log.
struct TextSectionParser {
    let file: YAMLFile
    let log: DiagnosticLog

    func parse(_ section: YAMLSection) -> TextSection {
        let apps = located(section, "apps")
        let format = section.choice("format", of: TextSection.Format.self)
        let assignment = byte(section, "assignment", among: "=:") ?? UInt8(ascii: "=")
        let separator = byte(section, "separator", among: ",;|^\t")
        if format != .keyValue {
            for key in ["assignment", "separator"] where section.has(key) {
                section.error(key, "\"\(key)\" is for format: key_value")
            }
        }
        let entries = section.sections("patterns")
        if entries.count > TextSection.maximumPatterns {
            section.error("patterns", "more than \(TextSection.maximumPatterns) patterns")
        }
        let patterns = entries.prefix(TextSection.maximumPatterns).compactMap { pattern($0, apps) }
        if format == nil, patterns.isEmpty, !section.has("patterns") {
            log.error(at: section.location, "a text section needs \"patterns\" or a \"format\"")
        }
        section.finish()
        return TextSection(
            apps: apps, format: format, assignment: assignment, separator: separator, patterns: patterns)
    }

    private func pattern(_ section: YAMLSection, _ known: [MappingFile.Located<String>]) -> TextSection.Pattern? {
        defer { section.finish() }
        let apps = located(section, "apps")
        for app in apps where !known.contains(where: { $0.value == app.value }) {
            let hint = Suggestion.hint(for: app.value, among: known.map(\.value))
            log.error(at: app.location, "\"\(app.value)\" is none of the section's apps\(hint)")
        }
        var constants: [(name: MappingFile.Located<String>, text: String)] = []
        for entry in section.section("set")?.allEntries() ?? [] {
            guard let text = entry.value.scalar?.text, !text.isEmpty else {
                log.error(at: entry.value.location, "a constant is a text, not \(entry.value.kind)")
                continue
            }
            guard VendorPath(entry.key).map({ $0.selector == nil }) == true else {
                log.error(at: entry.keyLocation, "\"\(entry.key)\" is no name of a field: write a.b.c")
                continue
            }
            constants.append((MappingFile.Located(value: entry.key, location: entry.keyLocation), text))
        }
        if constants.count > TextSection.maximumConstants {
            section.error("set", "a pattern sets at most \(TextSection.maximumConstants) fields")
        }
        guard let text = section.requiredString("pattern"), let node = section.node("pattern") else { return nil }
        do throws(LinePatternParser.Flaw) {
            return TextSection.Pattern(
                pieces: try LinePatternParser.pieces(text), apps: apps.map(\.value),
                constants: Array(constants.prefix(TextSection.maximumConstants)))
        } catch {
            log.error(at: file.location(ofCharacter: error.offset, in: node), error.message)
            return nil
        }
    }

    private func located(_ section: YAMLSection, _ key: String) -> [MappingFile.Located<String>] {
        guard let node = section.node(key) else { return [] }
        return (node.sequence ?? [node]).compactMap { item in
            guard let text = item.scalar?.text, !text.isEmpty else {
                log.error(at: item.location, "each of \"\(key)\" is a program's name, not \(item.kind)")
                return nil
            }
            return MappingFile.Located(value: text, location: item.location)
        }
    }

    private func byte(_ section: YAMLSection, _ key: String, among allowed: String) -> UInt8? {
        guard let text = section.string(key) else { return nil }
        if text.utf8.count == 1, allowed.contains(text) { return text.utf8.first }
        let listed = allowed.map { $0 == "\t" ? "tab" : "\($0)" }.joined(separator: " ")
        section.error(key, "\"\(key)\" is one of the characters \(listed)")
        return nil
    }
}
