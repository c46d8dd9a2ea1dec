import Foundation
import LocatedYAML
import Sigma
import TestSupport
import Testing

/// Conditions and modifiers against pySigma 2.0.1, whose trees `scripts/support/oracle/sigma-conditions` has written down.
@Suite struct SigmaOracleTests {
    struct Line: Decodable {
        var file: String
        var text: String
        /// Whether the text is a whole file; then the tree has a line for each rule and correlation, filters applied.
        var collection: Bool
        /// Nil if pySigma refuses the rule; then `error` says why.
        var tree: String?
        var error: String?
        var placeholders: [String]?
    }

    /// What is decided otherwise here, by the title of the rule that shows it, or the file. Each must differ.
    static let differences: [String: String] = [
        "differing/range.yml": "the specification shows a range of two bounds",
        "differing/only-negative.yml": "no event could decide it",
        "pipe": "conditions with a pipe are translated to correlations",
        "utf16le": "the specification has it, pySigma does not",
        "wide beyond ASCII": "encoded bytes need not be UTF-8 when base64 follows",
        "a part of a time compared as a fraction": "the part is a whole number; pySigma cuts the fraction off",
        "an hour that no day has": "it could never match",
        "escaped percent": "the specification's \\% is a percent sign",
        "startswith on a regular expression": "it anchors the expression, pySigma opens its end",
        "endswith on a regular expression": "it anchors the expression, pySigma opens its start",
        "contains on a regular expression": "an expression is searched anyhow",
        "all before re": "all concerns the list, not the value",
        "a keyword with startswith": "it is sought at the start of a value",
        "base64offset of nothing": "it would match everything",
        "scalar 2026-01-05": "a date is text; pySigma has no type for it",
        "scalar 12345678901234567890": "digits stay exact",
        "null keyword": "no value is null by itself",
        "null among keywords": "no value is null by itself",
    ]

    private static func lines(of path: String) throws -> [Line] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        }
    }

    private static func lines(of collection: SigmaCollection) -> [String] {
        let rules = collection.rules.map { "\($0.metadata.title): \($0.expression.oracleTree)" }
        let correlations = collection.correlations.map { "\($0.metadata.title): \($0.oracleText)" }
        return (rules + correlations).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }

    /// What differs, in words; nil if nothing does.
    private static func difference(_ line: Line) -> String? {
        let placeholders = Dictionary(uniqueKeysWithValues: (line.placeholders ?? []).map { ($0, ["<\($0)>"]) })
        let loaded = SigmaLoader.load(text: line.text, path: line.file, placeholders: placeholders)
        let error = loaded.diagnostics.first { $0.severity == .error }
        if line.collection {
            let lines = error == nil ? Self.lines(of: loaded.collection).joined(separator: "\n") : nil
            if lines == line.tree { return nil }
            return "\(line.file)\n  here:\n\(lines ?? error?.description ?? "")\n  pySigma:\n\(line.tree ?? line.error ?? "")"
        }
        guard loaded.collection.correlations.isEmpty else { return "is a correlation here; pySigma: \(line.error ?? "accepts it")" }
        let tree = loaded.collection.rules.first.map(\.expression.oracleTree)
        if tree == line.tree { return nil }
        return "\(line.file)\n  here:    \(tree ?? error?.description ?? "nothing")\n  pySigma: \(line.tree ?? line.error ?? "nothing")"
    }

    @Test func `trees agree on rules of our own`() throws {
        let lines = try Self.lines(of: Programs.repository.path + "/Tests/Fixtures/sigma/trees.jsonl")
        #expect(lines.count >= 150)
        #expect(lines.count { $0.tree == nil } >= 20)
        var told: Set<String> = []
        for line in lines {
            let titles = line.text.split(separator: "\n").filter { $0.hasPrefix("title: ") }.map { String($0.dropFirst(7)) }
            let title = line.collection ? line.file : titles.first ?? ""
            let difference = Self.difference(line)
            if Self.differences[title] != nil {
                told.insert(title)
                #expect(difference != nil, "\(title): pySigma agrees by now")
            } else {
                #expect(difference == nil)
            }
        }
        #expect(told == Set(Self.differences.keys))
    }

    /// On any other rules: `scripts/support/oracle/sigma-conditions --check FOLDER`. Pipes are translated here, refused there.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["SIGMA_ORACLE"] != nil, "needs SIGMA_ORACLE, a file of trees"))
    func `trees agree on other rules`() throws {
        let path = try #require(ProcessInfo.processInfo.environment["SIGMA_ORACLE"])
        let lines = try Self.lines(of: path)
        #expect(!lines.isEmpty)
        for line in lines where line.error?.contains("pipe syntax") != true { #expect(Self.difference(line) == nil) }
    }
}
