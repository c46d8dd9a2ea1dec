public import LocatedYAML

/// What loading a set of rule files gave.
public struct LoadedRules: Sendable {
    /// The rules and correlations that are sound.
    public var collection: SigmaCollection
    /// Everything to tell the authors, by file and line. Each rule that is not in the collection has an error here.
    public var diagnostics: [Diagnostic]
    /// How many rule, correlation and filter documents the files hold, sound or not.
    public var documents: Int
    /// The files that were read, in order.
    public var files: [String]

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// Reads rule files in steps: text → documents → definitions → compiled and resolved rules.
///
/// A rule with an error is left out; the others are loaded.
public enum SigmaLoader {
    /// Loads files, and folders with all that is below them (`*.yml`, `*.yaml`, without `*.test.yml`).
    ///
    /// - Parameter placeholders: the values that `%name%` stands for under `expand`. A rule with another one is refused.
    public static func load(paths: [String], placeholders: [String: [String]] = [:]) -> LoadedRules {
        let log = DiagnosticLog()
        let files = RuleFiles.find(paths, log: log)
        return load(files: files.map { YAMLFile(path: $0) }, placeholders: placeholders, log: log)
    }

    /// Loads files that were read already.
    public static func load(files: [YAMLFile], placeholders: [String: [String]] = [:]) -> LoadedRules {
        load(files: files, placeholders: placeholders, log: DiagnosticLog())
    }

    /// Loads rules from a text, as if it stood in a file at `path`.
    public static func load(
        text: String, path: String = "rule.yml", placeholders: [String: [String]] = [:]
    ) -> LoadedRules {
        load(files: [YAMLFile(text: text, path: path)], placeholders: placeholders)
    }

    private static func load(files: [YAMLFile], placeholders: [String: [String]], log: DiagnosticLog) -> LoadedRules {
        var step = LoadingStep(placeholders: placeholders, log: log)
        for file in files { step.read(file) }
        return LoadedRules(
            collection: step.finish(), diagnostics: log.sorted, documents: step.documents, files: files.map(\.path))
    }
}

/// The state of loading one set of files.
private struct LoadingStep {
    let placeholders: [String: [String]]
    let log: DiagnosticLog
    var documents = 0
    private var index = RuleIndex()
    private var rules: [SigmaRule] = []
    private var correlations: [CorrelationDefinition] = []

    init(placeholders: [String: [String]], log: DiagnosticLog) {
        self.placeholders = placeholders
        self.log = log
    }

    mutating func read(_ file: YAMLFile) {
        log.add(file.diagnostics)
        for document in DocumentReader.documents(of: file, log: log) {
            documents += 1
            // In a file that is not sound YAML, nobody knows what a document was meant to say.
            guard file.isSound else {
                index.addBroken(document.root)
                continue
            }
            switch document.kind {
            case .rule: readRule(document)
            case .correlation: readCorrelation(document)
            case .filter:
                log.error(
                    at: document.root.entry("filter")?.keyLocation ?? document.root.location,
                    "filters are not applied by this version; put the exception into the rules' own conditions")
            }
        }
    }

    private mutating func readRule(_ document: SigmaDocument) {
        let definition = RuleDefinitionReader(log: log).read(document)
        let compiler = RuleCompiler(placeholders: placeholders, log: log)
        guard let definition, let rule = compiler.compile(definition) else {
            index.addBroken(document.root)
            return
        }
        if index.add(rule.metadata, as: .rule(rule.metadata.id), log: log) { rules.append(rule) }
    }

    private mutating func readCorrelation(_ document: SigmaDocument) {
        guard let definition = CorrelationReader(log: log).read(document) else {
            index.addBroken(document.root)
            return
        }
        RuleChecks(log: log).check(definition.metadata)
        let target = RuleIndex.Target.correlation(definition.metadata.id)
        if index.add(definition.metadata, as: target, log: log) { correlations.append(definition) }
    }

    /// References are resolved last, when the rules of all files are known.
    func finish() -> SigmaCollection {
        let resolved = CorrelationResolver.resolve(correlations, index: index, log: log)
        return SigmaCollection(rules: rules, correlations: resolved)
    }
}
