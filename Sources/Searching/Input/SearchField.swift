public import Matching

/// A field of the events that a search's stages need.
public struct SearchField: Sendable, Equatable {
    /// As the query names it first.
    public var name: String
    /// Where its value stands: the values of the first selector that has any count. `named` looks at OCSF's fields, then at the
    /// vendor's. Empty for the event's time.
    public var selectors: [FieldSelector]

    public init(_ name: String) {
        self.name = name
        selectors = FieldAliases.time.contains(name.lowercased()) ? [] : FieldAliases.selectors(for: name)
    }

    /// The event's time, as the row has it.
    public var isTime: Bool { selectors.isEmpty }
}
