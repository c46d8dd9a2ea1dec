public import LocatedYAML

/// The tests of a rule: `failed_logins.test.yml` beside `failed_logins.yml`.
///
///     rule: failed_logins_then_success    # id, name or title; may be left out when the rule's file holds one rule
///     product: okta                       # may be left out: the records' shape tells it
///     time: published                     # the field that gets the time of each event of a sequence
///     templates:
///       failure: { eventType: user.session.start, uuid: "f-{seq}", published: "2026-01-05T09:00:00.000Z", … }
///     cases:
///       - name: twelve failures, then a success
///         expect: alert                   # or nothing, or {count: 2}
///         sequence:
///           - { event: failure, repeat: 12, every: 10s, vary: { actor.alternateId: "user{n}@example.com" } }
///           - { event: failure, after: 1m, set: { outcome.result: SUCCESS } }
///       - name: what the vendor sent
///         expect: nothing
///         events: [{ … }, { … }]          # records as they are
///         from: sample-logs/okta/sign_in.jsonl   # one record a line; from the test file's folder or one above it
public struct RuleTestFile: Sendable {
    public let path: String
    public let cases: [RuleTestCase]
    /// Errors in the test file itself; cases that have one are left out.
    public let diagnostics: [Diagnostic]

    /// Reads the file at `path`, and the sample files that it names.
    public init(path: String) {
        self.init(YAMLFile(path: path, limits: Self.limits))
    }

    /// Reads `text`, as if it stood in a file at `path`.
    public init(text: String, path: String) {
        self.init(YAMLFile(text: text, path: path, limits: Self.limits))
    }

    private init(_ file: YAMLFile) {
        path = file.path
        let log = DiagnosticLog(file.diagnostics)
        var cases: [RuleTestCase] = []
        if file.isSound {
            if let root = file.documents.first {
                cases = RuleTestReader(path: file.path, log: log).read(root)
            } else {
                log.error(at: SourceLocation(file: file.path, line: 1, column: 1), "the file has no cases")
            }
        }
        self.cases = cases
        diagnostics = log.sorted
    }

    /// Records with many fields fill these files faster than rules do.
    private static let limits = YAMLLimits(maximumBytes: 16 << 20, maximumNodes: 1_000_000)

    /// The rule file beside the test file: `failed_logins.yml` for `failed_logins.test.yml`.
    public var rulePath: String { Self.rulePath(of: path) }

    static func rulePath(of path: String) -> String {
        for (suffix, replacement) in [(".test.yml", ".yml"), (".test.yaml", ".yaml")] where path.hasSuffix(suffix) {
            return path.dropLast(suffix.count) + replacement
        }
        return path
    }

    /// The rule or correlation that a case tests: the one it names, else the one of the file beside that raises findings.
    /// Nil if there is none, or more than one.
    public func rule(of test: RuleTestCase, in collection: SigmaCollection) -> RuleMetadata? {
        let all = collection.rules.map(\.metadata) + collection.correlations.map(\.metadata)
        if let word = test.rule {
            let byID = all.filter { $0.id == word.lowercased() || $0.id == word || $0.name == word }
            let found = byID.isEmpty ? all.filter { $0.title == word } : byID
            return found.count == 1 ? found[0] : nil
        }
        let silent = collection.silentRules
        let beside = all.filter { $0.location.file == rulePath && !silent.contains($0.id) }
        return beside.count == 1 ? beside[0] : nil
    }
}
