/// Getters for lists and nested mappings.
extension YAMLSection {
    /// The items of a list; nil if the key is absent. A single value that is no list is an error.
    public func list(_ key: String) -> [YAMLNode]? {
        guard let node = node(key) else { return nil }
        guard let items = node.sequence else { return wrong(key, node, "a list") }
        return items
    }

    /// Texts: a list of them, or one alone. Empty if the key is absent. Items that are no text are logged and left out.
    public func strings(_ key: String) -> [String] {
        guard let node = node(key) else { return [] }
        return (node.sequence ?? [node]).compactMap { text(of: $0, for: key) }
    }

    /// A nested mapping; nil if the key is absent.
    public func section(_ key: String) -> YAMLSection? {
        guard let node = node(key) else { return nil }
        guard node.mapping != nil else { return wrong(key, node, "a mapping (key: value)") }
        return YAMLSection(node, log: log)
    }

    public func requiredSection(_ key: String) -> YAMLSection? { required(key) { section(key) } }

    /// A list of mappings. Empty if the key is absent. Items that are no mapping are logged and left out.
    public func sections(_ key: String) -> [YAMLSection] {
        (list(key) ?? []).compactMap { item in
            guard item.mapping != nil else {
                log.error(at: item.location, "each item of \"\(key)\" must be a mapping (key: value), not \(item.kind)")
                return nil
            }
            return YAMLSection(item, log: log)
        }
    }
}
