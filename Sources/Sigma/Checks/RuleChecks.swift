import EventModel
import LocatedYAML

/// Warnings about rules that load but are probably not what their authors meant.
struct RuleChecks {
    private static let statuses = ["stable", "test", "experimental", "deprecated", "unsupported"]
    /// Sigma specification 2.1.0, "Title".
    private static let maximumTitleLength = 256

    var log: DiagnosticLog

    /// Checks a rule or filter that compiled. `used`: the search identifiers that its condition uses.
    func check(_ metadata: RuleMetadata, _ identifiers: [SearchIdentifier], used: Set<String>) {
        check(metadata)
        for identifier in identifiers where !used.contains(identifier.name) {
            log.warning(at: identifier.location, "search identifier \"\(identifier.name)\" is not used by the condition")
        }
        for identifier in identifiers { check(identifier.detection) }
    }

    /// Checks what rules and correlations have in common.
    func check(_ metadata: RuleMetadata) {
        if metadata.title.count > Self.maximumTitleLength {
            log.warning(at: metadata.location, "the title is longer than \(Self.maximumTitleLength) characters")
        }
        if let status = metadata.status, !Self.statuses.contains(status) {
            let hint = Suggestion.hint(for: status, among: Self.statuses)
            log.warning(at: metadata.location, "status \"\(status)\" is none of \(Self.statuses.joined(separator: ", "))\(hint)")
        }
        for tag in metadata.tags where !Self.isTag(tag) {
            log.warning(at: metadata.location, "tag \"\(tag)\" must be \"namespace.value\" in lower case, as in attack.t1110")
        }
    }

    /// `^[a-z0-9_-]+\.[a-z0-9._-]+$` (the specification's JSON schema).
    private static func isTag(_ tag: String) -> Bool {
        let parts = tag.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
        return tag.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7a, 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
            default: false
            }
        }
    }

    private func check(_ detection: Detection) {
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
    }
}
