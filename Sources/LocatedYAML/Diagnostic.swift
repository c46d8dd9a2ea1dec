/// Something to tell the author of a file, at the place it is about.
public struct Diagnostic: Sendable, Hashable, Codable {
    public enum Severity: String, Sendable, Codable { case error, warning }

    public var severity: Severity
    public var location: SourceLocation
    /// One lower-case line: what is wrong, and what to do about it.
    public var message: String

    public init(_ severity: Severity, at location: SourceLocation, _ message: String) {
        self.severity = severity
        self.location = location
        self.message = message
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `path:line:column: error: message`
    public var description: String { "\(location): \(severity.rawValue): \(message)" }
}
