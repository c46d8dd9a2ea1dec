public import EventModel
public import LocatedYAML
public import Matching

/// A checked single-event rule: which events it looks at, and what they must satisfy.
public struct SigmaRule: Sendable, Equatable {
    public var metadata: RuleMetadata
    public var logSource: LogSource
    /// The rule's own condition, with those of `filters` ANDed to it.
    public var expression: MatchExpression
    /// The filters that were applied, in the order in which they stand.
    public var filters: [AppliedFilter]

    public init(
        metadata: RuleMetadata, logSource: LogSource, expression: MatchExpression, filters: [AppliedFilter] = []
    ) {
        self.metadata = metadata
        self.logSource = logSource
        self.expression = expression
        self.filters = filters
    }
}

/// A filter that narrows a rule, to tell of it.
public struct AppliedFilter: Sendable, Equatable {
    /// The UUID, or the name, or the title.
    public var id: String
    public var title: String
    public var location: SourceLocation

    public init(id: String, title: String, location: SourceLocation) {
        self.id = id
        self.title = title
        self.location = location
    }
}
