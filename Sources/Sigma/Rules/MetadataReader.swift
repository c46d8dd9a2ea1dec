import EventModel
import LocatedYAML

/// Reads what rules and correlations say about themselves. Keys that Sigma does not know are the author's own and left alone.
struct MetadataReader {
    /// What it is that needs a title, for messages.
    var subject = "rule"
    var log: DiagnosticLog

    /// Nil without a title, or with a level, a suppression or a playbook's name that is none; that is logged.
    func read(_ document: SigmaDocument) -> RuleMetadata? {
        let root = document.root
        let title = text(root["title"])
        if title == nil { log.error(at: root["title"]?.location ?? root.location, "a \(subject) needs a title") }
        let level = readLevel(root)
        var isSound = true
        let suppression = readSuppression(root, &isSound)
        let playbook = readPlaybook(root, &isSound)
        guard let level, let title, isSound else { return nil }

        let name = text(root["name"])
        var id = text(root["id"])?.lowercased() ?? name ?? title
        if let copy = document.copy { id += "-\(copy)" }
        return RuleMetadata(
            id: id, name: name, title: title, level: level, status: text(root["status"]),
            description: text(root["description"]) ?? "", tags: texts(root["tags"]),
            falsePositives: texts(root["falsepositives"]), author: root["author"].map { texts($0).joined(separator: ", ") },
            suppression: suppression, playbook: playbook, version: Fingerprint.hex(of: root), location: root.location)
    }

    private func readLevel(_ root: YAMLNode) -> Level? {
        guard let node = root["level"], !node.isNull else { return .medium }
        let written = node.scalar?.text ?? ""
        if let level = Level(rawValue: written.lowercased()) { return level }
        let words = Level.allCases.map(\.rawValue)
        let hint = Suggestion.hint(for: written, among: words)
        log.error(at: node.location, "level \"\(written)\" is none of \(words.joined(separator: ", "))\(hint)")
        return nil
    }

    private func readSuppression(_ root: YAMLNode, _ isSound: inout Bool) -> Suppression? {
        guard let node = root["suppress"], !node.isNull else { return nil }
        isSound = false
        guard let text = node.scalar?.text else {
            log.error(at: node.location, "\"suppress\" must be text such as \"1h\" or \"1h by user, ip\", not \(node.kind)")
            return nil
        }
        do throws(SuppressionError) {
            let suppression = try Suppression(text: text)
            isSound = true
            return suppression
        } catch {
            log.error(at: node.location, error.message)
            return nil
        }
    }

    private func readPlaybook(_ root: YAMLNode, _ isSound: inout Bool) -> String? {
        guard let node = root["playbook"], !node.isNull else { return nil }
        if let name = node.scalar?.text, PlaybookName.isValid(name) { return name }
        isSound = false
        let written = node.scalar.map { "\"\($0.text)\"" } ?? node.kind
        log.error(at: node.location, "\"playbook\" must be \(PlaybookName.form), not \(written)")
        return nil
    }

    private func text(_ node: YAMLNode?) -> String? {
        guard let scalar = node?.scalar, scalar.value != .null, !scalar.text.isEmpty else { return nil }
        return scalar.text
    }

    private func texts(_ node: YAMLNode?) -> [String] {
        guard let node else { return [] }
        return (node.sequence ?? [node]).compactMap { text($0) }
    }
}
