import LocatedYAML

/// Reads what stands under search identifiers (Sigma specification 2.1.0, "Detection").
struct DetectionReader {
    var log: DiagnosticLog

    /// The search identifiers among the entries of a `detection` or `filter`. What is wrong with one is logged, and what cannot
    /// be read of it is left out: it is there under its name all the same, so that the condition can be checked.
    func readIdentifiers(
        _ entries: [YAMLNode.Entry], besides keys: Set<String>
    ) -> (all: [SearchIdentifier], areSound: Bool) {
        var identifiers: [SearchIdentifier] = []
        var isSound = true
        for entry in entries where !keys.contains(entry.key) {
            let before = log.diagnostics.count
            let detection = read(entry.value, named: entry.key) ?? .any([])
            identifiers.append(SearchIdentifier(name: entry.key, location: entry.keyLocation, detection: detection))
            if log.diagnostics.count > before { isSound = false }
        }
        return (identifiers, isSound)
    }

    /// Nil if there is nothing to match; that is logged.
    func read(_ node: YAMLNode, named name: String) -> Detection? {
        switch node.content {
        case .mapping(let entries):
            guard !entries.isEmpty else { return empty(node, name) }
            return .items(entries.compactMap(item))
        case .sequence(let nodes):
            guard !nodes.isEmpty else { return empty(node, name) }
            if nodes.allSatisfy({ $0.scalar != nil }) { return .items([keywords(nodes, at: node.location)]) }
            return .any(nodes.compactMap { read($0, named: name) })
        case .scalar(let scalar):
            guard scalar.value != .null else { return empty(node, name) }
            return .items([keywords([node], at: node.location)])
        }
    }

    private func empty(_ node: YAMLNode, _ name: String) -> Detection? {
        log.error(at: node.location, "search identifier \"\(name)\" is empty: write fields, a list, or keywords under it")
        return nil
    }

    private func keywords(_ nodes: [YAMLNode], at location: SourceLocation) -> FieldMatch {
        FieldMatch(field: nil, modifiers: [], values: nodes, location: location)
    }

    private func item(_ entry: YAMLNode.Entry) -> FieldMatch? {
        let parts = entry.key.split(separator: "|", omittingEmptySubsequences: false)
        var modifiers: [FieldMatch.ModifierName] = []
        var offset = parts[0].unicodeScalars.count
        for part in parts.dropFirst() {
            modifiers.append(.init(name: String(part), location: entry.location(ofKeyCharacter: offset + 1)))
            offset += part.unicodeScalars.count + 1
        }
        let nodes = entry.value.sequence ?? [entry.value]
        if let nested = nodes.first(where: { $0.scalar == nil }) {
            let hint = nested.mapping != nil ? "; write nested fields with a dot, as in \"outer.inner: value\"" : ""
            log.error(at: nested.location, "the values of \"\(parts[0])\" must be scalars, not \(nested.kind)\(hint)")
            return nil
        }
        let field = parts[0].isEmpty ? nil : String(parts[0])
        return FieldMatch(field: field, modifiers: modifiers, values: nodes, location: entry.keyLocation)
    }
}
