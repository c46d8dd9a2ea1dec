/// Gathers the entries of one mapping: keys stay unique, merged ones (`<<`, YAML 1.1 type repository) give way to written ones.
struct MappingBuilder {
    private var entries: [YAMLNode.Entry] = []
    private var places: [String: Int] = [:]
    private var merged: [YAMLNode.Entry] = []

    /// Adds a written entry. Returns the one that already has its key, which then stays.
    mutating func add(_ entry: YAMLNode.Entry) -> YAMLNode.Entry? {
        if let place = places[entry.key] { return entries[place] }
        places[entry.key] = entries.count
        entries.append(entry)
        return nil
    }

    /// Takes in a mapping, or a list of them of which the first to have a key wins. False if the node is neither.
    mutating func merge(_ node: YAMLNode) -> Bool {
        switch node.content {
        case .mapping(let entries): merged += entries
        case .sequence(let items):
            guard items.allSatisfy({ $0.mapping != nil }) else { return false }
            for item in items { merged += item.mapping ?? [] }
        case .scalar: return false
        }
        return true
    }

    consuming func finished() -> [YAMLNode.Entry] {
        for entry in merged where places[entry.key] == nil {
            places[entry.key] = entries.count
            entries.append(entry)
        }
        return entries
    }
}
