import LocatedYAML

/// Finds rules by id, name or title, and keeps their ids apart.
struct RuleIndex {
    enum Target: Equatable {
        case rule(String)
        case correlation(String)
        /// It is there, but with errors.
        case broken
        /// Several have this title.
        case ambiguous([SourceLocation])
    }

    private struct Entry {
        var target: Target
        var location: SourceLocation
    }

    /// Lower-cased ids. UUIDs are written in either case.
    private var byID: [String: Entry] = [:]
    private var byName: [String: Entry] = [:]
    private var byTitle: [String: [Entry]] = [:]

    /// Everything that a rule can be referred to by, for suggestions; in a fixed order.
    var words: [String] { (byName.keys.sorted() + byTitle.keys.sorted() + byID.keys.sorted()) }

    /// Takes in a rule or correlation; logs and answers false when its id or name is taken.
    mutating func add(_ metadata: RuleMetadata, as target: Target, log: DiagnosticLog) -> Bool {
        let entry = Entry(target: target, location: metadata.location)
        if let other = byID[metadata.id.lowercased()] {
            log.error(at: metadata.location, "id \"\(metadata.id)\" is already taken by the rule at \(other.location)")
            return false
        }
        if let name = metadata.name, let other = byName[name] {
            log.error(at: metadata.location, "name \"\(name)\" is already taken by the rule at \(other.location)")
            return false
        }
        byID[metadata.id.lowercased()] = entry
        if let name = metadata.name { byName[name] = entry }
        byTitle[metadata.title, default: []].append(entry)
        return true
    }

    /// Takes in what can be read of a document with errors, so that references to it are told apart from slips.
    mutating func addBroken(_ root: YAMLNode) {
        let entry = Entry(target: .broken, location: root.location)
        if let id = root["id"]?.scalar?.text, byID[id.lowercased()] == nil { byID[id.lowercased()] = entry }
        if let name = root["name"]?.scalar?.text, byName[name] == nil { byName[name] = entry }
        if let title = root["title"]?.scalar?.text, byTitle[title] == nil { byTitle[title] = [entry] }
    }

    func find(_ word: String) -> Target? {
        if let entry = byID[word.lowercased()] ?? byName[word] { return entry.target }
        guard let entries = byTitle[word], let first = entries.first else { return nil }
        return entries.count == 1 ? first.target : .ambiguous(entries.map(\.location))
    }
}
