public import LocatedYAML

/// Why the pipeline cannot start: what is wrong, and, for files that people write, where.
public struct StartError: Error, CustomStringConvertible {
    public let description: String
    /// Not empty when a file that a person wrote is at fault.
    public let diagnostics: [Diagnostic]

    public init(_ description: String, diagnostics: [Diagnostic] = []) {
        self.description = description
        self.diagnostics = diagnostics
    }
}
