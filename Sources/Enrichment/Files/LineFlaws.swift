import LocatedYAML

/// What is wrong with entries of a file of many: the first few are told, all are counted.
struct LineFlaws {
    private let file: String
    private(set) var count = 0
    private(set) var diagnostics: [Diagnostic] = []
    private static let told = 5

    init(file: String) { self.file = file }

    /// - Parameter line: from 1.
    mutating func add(line: Int, _ message: String) {
        count += 1
        if diagnostics.count < Self.told {
            diagnostics.append(Diagnostic(.warning, at: SourceLocation(file: file, line: line, column: 1), message))
        }
    }

    /// What was told, and how many more there are.
    func finished(_ what: String) -> [Diagnostic] {
        guard count > diagnostics.count else { return diagnostics }
        let more = Diagnostic(
            .warning, at: SourceLocation(file: file, line: 1, column: 1),
            "\(count) \(what) of this file were left out in all; the first \(diagnostics.count) are told above")
        return diagnostics + [more]
    }
}
