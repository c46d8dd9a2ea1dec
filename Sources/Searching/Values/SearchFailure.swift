/// Why a search could not be carried out to its end: what was too much, and what to do.
public struct SearchFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
