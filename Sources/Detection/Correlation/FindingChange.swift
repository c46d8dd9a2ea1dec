public import EventModel

/// A finding that was raised, or a new state of one raised before.
public struct FindingChange: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case raised, extended }

    public var kind: Kind
    public var finding: Finding

    public init(_ kind: Kind, _ finding: Finding) {
        self.kind = kind
        self.finding = finding
    }
}
