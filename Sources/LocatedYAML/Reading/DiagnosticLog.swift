/// Gathers diagnostics while a file is read, so that its author sees all of them at once.
public final class DiagnosticLog {
    public private(set) var diagnostics: [Diagnostic]

    public init(_ diagnostics: [Diagnostic] = []) { self.diagnostics = diagnostics }

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    public func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }
    public func add(_ more: [Diagnostic]) { diagnostics += more }
    public func error(at location: SourceLocation, _ message: String) { add(Diagnostic(.error, at: location, message)) }
    public func warning(at location: SourceLocation, _ message: String) { add(Diagnostic(.warning, at: location, message)) }

    /// By file, line and column; equal ones once.
    public var sorted: [Diagnostic] { diagnostics.inReadingOrder }
}

extension [Diagnostic] {
    /// By file, line and column; equal ones once.
    public var inReadingOrder: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let unique = filter { seen.insert($0).inserted }
        return unique.enumerated().sorted { a, b in
            let (one, other) = (a.element.location, b.element.location)
            if one.file != other.file { return one.file < other.file }
            if one.line != other.line { return one.line < other.line }
            if one.column != other.column { return one.column < other.column }
            return a.offset < b.offset
        }.map(\.element)
    }
}
