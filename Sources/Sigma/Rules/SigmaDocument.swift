import LocatedYAML

/// One document of a rule file, told apart by what it holds.
struct SigmaDocument {
    enum Kind { case rule, correlation, filter }

    var kind: Kind
    /// After merging with `action: global` and `repeat`.
    var root: YAMLNode
    /// The file that it stands in, to find places within conditions.
    var file: YAMLFile
    /// For documents whose `id` comes from a template that several share: their number, from 2.
    var copy: Int?
}

/// Reads a file's documents and carries out `action: global | reset | repeat` (Sigma specification, "Rule Collection").
struct DocumentReader {
    private let file: YAMLFile
    private let log: DiagnosticLog
    private var template: [YAMLNode.Entry] = []
    private var previous: [YAMLNode.Entry] = []
    private var copies: [String: Int] = [:]

    static func documents(of file: YAMLFile, log: DiagnosticLog) -> [SigmaDocument] {
        var reader = DocumentReader(file: file, log: log)
        return file.documents.compactMap { reader.read($0) }
    }

    private init(file: YAMLFile, log: DiagnosticLog) {
        self.file = file
        self.log = log
    }

    private mutating func read(_ root: YAMLNode) -> SigmaDocument? {
        guard let entries = root.mapping else {
            // An empty document, for example after a last `---`, is nothing to complain of.
            if !root.isNull { log.error(at: root.location, "a rule is a mapping (key: value), not \(root.kind)") }
            return nil
        }
        guard let action = root.entry("action") else {
            if root["correlation"] != nil { return SigmaDocument(kind: .correlation, root: root, file: file) }
            if root["filter"] != nil { return SigmaDocument(kind: .filter, root: root, file: file) }
            // As pySigma does it, the template has the last word.
            previous = Self.merge(entries, with: template)
            return rule(previous, root, ownID: root["id"])
        }
        let rest = entries.filter { $0.key != "action" }
        switch action.value.scalar?.text {
        case "global":
            template = rest
            previous = rest
            return nil
        case "reset":
            template = []
            return nil
        case "repeat":
            previous = Self.merge(previous, with: rest)
            return rule(previous, root, ownID: root["id"])
        case let other:
            let hint = Suggestion.hint(for: other ?? "", among: ["global", "reset", "repeat"])
            log.error(at: action.value.location, "unknown action \"\(other ?? "")\"; it is global, reset or repeat\(hint)")
            return nil
        }
    }

    private mutating func rule(_ entries: [YAMLNode.Entry], _ root: YAMLNode, ownID: YAMLNode?) -> SigmaDocument {
        let merged = YAMLNode(.mapping(entries), at: root.location)
        var document = SigmaDocument(kind: .rule, root: merged, file: file)
        if let id = merged["id"]?.scalar?.text, ownID == nil || template.contains(where: { $0.key == "id" }) {
            let count = (copies[id] ?? 0) + 1
            copies[id] = count
            if count > 1 { document.copy = count }
        }
        return document
    }

    /// Deep: mappings are merged, everything else is replaced by `changes`.
    private static func merge(_ entries: [YAMLNode.Entry], with changes: [YAMLNode.Entry]) -> [YAMLNode.Entry] {
        var merged = entries
        for change in changes {
            guard let place = merged.firstIndex(where: { $0.key == change.key }) else {
                merged.append(change)
                continue
            }
            if let old = merged[place].value.mapping, let new = change.value.mapping {
                merged[place].value.content = .mapping(merge(old, with: new))
            } else {
                merged[place] = change
            }
        }
        return merged
    }
}
