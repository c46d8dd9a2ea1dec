import Foundation
import Searching

/// Finds the tables that a query looks up: given as `NAME=FILE`, or as `NAME.csv` in the folder of lookups.
struct LookupFiles {
    private var paths: [String: String] = [:]

    init(_ given: [String], folder: String = UserFolder.path("lookups")) throws {
        for entry in given {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw CommandError(.usage, "--lookup \(entry): it takes NAME=FILE.csv")
            }
            paths[parts[0]] = parts[1]
        }
        // No folder, no tables.
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where file.hasSuffix(".csv") {
            let name = String(file.dropLast(4))
            if paths[name] == nil { paths[name] = folder + "/" + file }
        }
    }

    var names: [String] { paths.keys.sorted() }

    /// The tables whose names stand behind the word `lookup` in the query; others are not read.
    func tables(for query: String) throws -> [String: LookupTable] {
        let words = query.split { $0.isWhitespace || $0 == "|" || $0 == "\"" || $0 == "`" }.map(String.init)
        var tables: [String: LookupTable] = [:]
        for (word, name) in zip(words, words.dropFirst()) where word.lowercased() == "lookup" {
            guard tables[name] == nil, let path = paths[name] else { continue }
            do {
                tables[name] = try LookupTable(name: name, csv: try Console.read(path))
            } catch let error as SearchFailure {
                throw CommandError(.usage, "\(path): \(error)")
            }
        }
        return tables
    }
}
