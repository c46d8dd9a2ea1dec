import Foundation

/// A person's saved searches: a JSON object of queries by name, in a file that only that person can read.
struct SavedSearches {
    /// Bounds what is read; queries are at most 64 KiB each.
    private static let maximumBytes = 16 << 20

    private let path: String
    private(set) var queries: [String: String]

    static func standard() throws -> SavedSearches { try SavedSearches(path: UserFolder.path("searches.json")) }

    init(path: String) throws {
        self.path = path
        queries = [:]
        guard FileManager.default.fileExists(atPath: path) else { return }
        let bytes = try Console.read(path)
        guard bytes.count <= Self.maximumBytes,
            let read = try? JSONDecoder().decode([String: String].self, from: Data(bytes))
        else {
            throw CommandError(.environment, "\(path) is not a JSON object of queries by name; mend or remove it")
        }
        queries = read
    }

    /// A query with a saved one in place of `@name` at its beginning. `@timestamp:…` is a field, not a name.
    func expand(_ query: String) throws -> String {
        let text = query.drop(while: \.isWhitespace)
        guard text.first == "@" else { return query }
        let name = text.dropFirst().prefix { Self.isNameCharacter($0) }
        let rest = text.dropFirst(1 + name.count)
        guard !name.isEmpty, rest.first.map({ $0.isWhitespace || $0 == "|" }) ?? true else { return query }
        guard let saved = queries[String(name)] else {
            let names = queries.keys.sorted().joined(separator: ", ")
            let known = queries.isEmpty ? "none is saved yet; --save NAME does it" : "saved are \(names)"
            throw CommandError(.usage, "no search is saved as \(name): \(known)")
        }
        return Self.join(saved, String(rest))
    }

    /// More of a filter goes with the saved filter, not behind its stages.
    private static func join(_ saved: String, _ rest: String) -> String {
        let more = rest.drop(while: \.isWhitespace)
        if more.isEmpty || more.first == "|" { return saved + rest }
        return "\(saved) | where \(more)"
    }

    mutating func save(_ query: String, as name: String) throws {
        guard !name.isEmpty, name.utf8.count <= 64, name.allSatisfy(Self.isNameCharacter) else {
            throw CommandError(.usage, "\"\(name)\" cannot name a search; letters, digits, - and _ can, at most 64 of them")
        }
        queries[name] = query
        try write()
    }

    /// Returns false if there is none of that name.
    mutating func remove(_ name: String) throws -> Bool {
        guard queries.removeValue(forKey: name) != nil else { return false }
        try write()
        return true
    }

    /// In one step, so that a reader never meets half a file.
    private func write() throws {
        let folder = (path as NSString).deletingLastPathComponent
        let temporary = "\(path).\(getpid())"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(queries)
            guard FileManager.default.createFile(atPath: temporary, contents: data, attributes: [.posixPermissions: 0o600]) else {
                throw CommandError(.environment, "cannot write \(temporary)")
            }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(.environment, "cannot write \(path): \(error.localizedDescription)")
        }
        guard rename(temporary, path) == 0 else {
            throw CommandError(.environment, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }
}
