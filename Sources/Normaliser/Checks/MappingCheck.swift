import EventModel
public import LocatedYAML

/// Loads mapping files for their authors: all that is wrong with them, and what they say in vain.
public struct MappingCheck {
    /// The files that were read.
    public let files: [YAMLFile]
    /// The mappings; nil if there are errors.
    public let mappings: ProductMappings?
    /// In the order of files and lines.
    public let diagnostics: [Diagnostic]

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// - Parameter paths: files, and folders whose `*.yml` files are taken.
    public init(paths: [String]) {
        var files: [YAMLFile] = []
        var log: [Diagnostic] = []
        var seen: Set<String> = []
        for path in paths {
            let found = MappingFolder.files(in: path) ?? [path]
            if found.isEmpty {
                let place = SourceLocation(file: path, line: 1, column: 1)
                log.append(Diagnostic(.error, at: place, "no mapping files here: their names end in .yml"))
            }
            files += found.filter { seen.insert($0).inserted }.map { YAMLFile(path: $0) }
        }
        self.init(files, log)
    }

    /// Checks files that are already in memory.
    public init(_ files: [YAMLFile]) { self.init(files, []) }

    private init(_ files: [YAMLFile], _ first: [Diagnostic]) {
        self.files = files
        let (mappings, diagnostics) = ProductMappings.load(files, catalog: FieldCatalog())
        self.mappings = mappings
        let log = DiagnosticLog(first + diagnostics)
        // Of a file with errors, it is not certain what is said in vain.
        if !log.hasErrors {
            let parsed = files.compactMap { MappingParser(file: $0, log: DiagnosticLog()).parse() }
            ShapeWarnings(log: log).check(parsed)
            for file in parsed { MappingWarnings(file: file, log: log).check() }
        }
        self.diagnostics = log.sorted
    }
}
