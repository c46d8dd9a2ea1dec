import EventModel
import LocatedYAML
import Matching

/// Warnings about rules that load but are probably not what their authors meant.
struct RuleChecks {
    private static let statuses = ["stable", "test", "experimental", "deprecated", "unsupported"]
    /// Sigma specification 2.1.0, "Title".
    private static let maximumTitleLength = 256

    /// Top-level keys of the specification, of its correlations and filters, and `suppress`.
    private static let keys = [
        "title", "id", "name", "related", "taxonomy", "status", "description", "license", "references", "author", "date",
        "modified", "logsource", "detection", "fields", "falsepositives", "level", "tags", "scope", "correlation", "generate",
        "filter", "suppress",
    ]

    var log: DiagnosticLog

    /// Checks a rule or filter that compiled. `used`: the search identifiers that its condition uses.
    func check(_ metadata: RuleMetadata, _ identifiers: [SearchIdentifier], used: Set<String>) {
        check(metadata)
        for identifier in identifiers where !used.contains(identifier.name) {
            log.warning(at: identifier.location, "search identifier \"\(identifier.name)\" is not used by the condition")
        }
        let detections = DetectionChecks(log: log)
        for identifier in identifiers { detections.check(identifier.detection) }
    }

    /// Checks a correlation that was read.
    func check(_ definition: CorrelationDefinition) {
        check(definition.metadata)
        let bounds = definition.condition.bounds
        guard definition.kind == .eventCount || definition.kind == .valueCount, let first = bounds.first else { return }
        if bounds.count == 1, first.relation == .lt || first.relation == .lte, first.holds(1) {
            log.warning(
                at: definition.condition.location,
                "the condition holds at the first event of every group; that too few events come cannot be told by an upper "
                    + "bound")
        }
    }

    /// Checks the keys of a document: unknown ones are the author's own, unless they look like a slip.
    func check(keysOf root: YAMLNode) {
        for entry in root.mapping ?? [] where !Self.keys.contains(entry.key) && entry.key.count >= 4 {
            let missing = Self.keys.filter { root[$0] == nil }
            guard let meant = Suggestion.nearest(to: entry.key, among: missing) else { continue }
            log.warning(
                at: entry.keyLocation, "\"\(entry.key)\" is no key of Sigma's and is left alone; did you mean \"\(meant)\"?")
        }
    }

    /// Checks whether an expression needs anything of an event at all.
    func check(_ expression: MatchExpression, at location: SourceLocation) {
        guard expression.holdsForNothing else { return }
        log.warning(
            at: location,
            "the rule matches every event of its log source that has none of its fields; add what must be there, not only what "
                + "must not")
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
}
