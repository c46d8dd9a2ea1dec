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
    private var filters: [FilterDefinition] = []
    /// Where the filter of each id stands.
    private var filterPlaces: [String: SourceLocation] = [:]
    /// The ids of the base rules made of a rule with a pipe, by its own id.
    private var bases: [String: [String]] = [:]

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
            RuleChecks(log: log).check(keysOf: document.root)
            switch document.kind {
            case .rule: readRule(document)
            case .correlation: readCorrelation(document)
            case .filter: readFilter(document)
            }
        }
    }

    private mutating func readRule(_ document: SigmaDocument) {
        let definition = RuleDefinitionReader(log: log).read(document)
        let compiler = RuleCompiler(placeholders: placeholders, log: log)
        if let definition, let translator = PipeTranslator(definition, compiler: compiler) {
            take(translator.translate(), of: document)
            return
        }
        guard let definition, let rule = compiler.compile(definition) else {
            index.addBroken(document.root)
            return
        }
        if index.add(rule.metadata, as: .rule(rule.metadata.id), log: log) { rules.append(rule) }
    }

    private mutating func take(_ translation: PipeTranslator.Translation?, of document: SigmaDocument) {
        guard let translation else {
            index.addBroken(document.root)
            return
        }
        let id = translation.correlation.metadata.id
        guard index.add(translation.correlation.metadata, as: .correlation(id), log: log) else { return }
        RuleChecks(log: log).check(translation.correlation)
        correlations.append(translation.correlation)
        for rule in translation.rules where index.add(rule.metadata, as: .rule(rule.metadata.id), log: log) {
            rules.append(rule)
            bases[id, default: []].append(rule.metadata.id)
        }
    }

    private mutating func readCorrelation(_ document: SigmaDocument) {
        guard let definition = CorrelationReader(log: log).read(document) else {
            index.addBroken(document.root)
            return
        }
        RuleChecks(log: log).check(definition)
        let target = RuleIndex.Target.correlation(definition.metadata.id)
        if index.add(definition.metadata, as: target, log: log) { correlations.append(definition) }
    }

    private mutating func readFilter(_ document: SigmaDocument) {
        guard let filter = FilterReader(placeholders: placeholders, log: log).read(document) else { return }
        let id = filter.metadata.id
        if let other = filterPlaces[id.lowercased()] {
            log.error(at: filter.metadata.location, "id \"\(id)\" is already taken by the filter at \(other)")
            return
        }
        filterPlaces[id.lowercased()] = filter.metadata.location
        filters.append(filter)
    }

    /// References are resolved last, when the rules of all files are known.
    func finish() -> SigmaCollection {
        var rules = rules
        FilterApplication(filters: filters, index: index, bases: bases, log: log).apply(to: &rules)
        let resolved = CorrelationResolver.resolve(correlations, index: index, log: log)
        return SigmaCollection(rules: rules, correlations: resolved)
    }
}
