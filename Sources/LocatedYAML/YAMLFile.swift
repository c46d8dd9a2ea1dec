/// A YAML file read whole: its documents, and everything that is wrong with it as YAML.
public struct YAMLFile: Sendable {
    /// As given; locations repeat it.
    public let path: String
    /// The complete documents, in order. Those before a syntax error are there all the same.
    public let documents: [YAMLNode]
    /// Unreadable file, bad UTF-8, syntax errors, duplicate keys, exceeded limits. Empty means that the file is sound YAML.
    public let diagnostics: [Diagnostic]
    let text: [UInt8]

    public var isSound: Bool { diagnostics.isEmpty }

    /// Reads the file at `path`.
    public init(path: String, limits: YAMLLimits = YAMLLimits()) {
        do throws(BoundedFile.ReadError) {
            self.init(bytes: try BoundedFile.read(path, maximumBytes: limits.maximumBytes), path: path, limits: limits)
        } catch {
            self.init(unreadable: error, path: path)
        }
    }

    private init(unreadable error: BoundedFile.ReadError, path: String) {
        let place = SourceLocation(file: path, line: 1, column: 1)
        self.init(path: path, documents: [], diagnostics: [Diagnostic(.error, at: place, error.description)], text: [])
    }

    /// Reads `text`, as if it stood in a file at `path`.
    public init(text: String, path: String, limits: YAMLLimits = YAMLLimits()) {
        self.init(bytes: Array(text.utf8), path: path, limits: limits)
    }

    /// Reads `bytes`, as if they stood in a file at `path`.
    public init(bytes: [UInt8], path: String, limits: YAMLLimits = YAMLLimits()) {
        guard bytes.count <= limits.maximumBytes else {
            self.init(unreadable: BoundedFile.ReadError(.tooLong(maximumBytes: limits.maximumBytes)), path: path)
            return
        }
        var documents: [YAMLNode] = []
        var problems: [Diagnostic] = []
        do throws(YAMLSyntaxError) {
            var composer = try YAMLComposer(bytes, file: path, limits: limits)
            // What is found before a syntax error is reported with it.
            defer { problems += composer.problems }
            while let document = try composer.nextDocument() { documents.append(document) }
        } catch {
            let place = SourceLocation(file: path, line: error.line, column: error.column)
            problems.append(Diagnostic(.error, at: place, error.message))
        }
        self.init(path: path, documents: documents, diagnostics: problems, text: bytes)
    }

    private init(path: String, documents: [YAMLNode], diagnostics: [Diagnostic], text: [UInt8]) {
        self.path = path
        self.documents = documents
        self.diagnostics = diagnostics
        self.text = text
    }
}
