import EventModel
import LocatedYAML
import Matching

/// A filter that was read and compiled; which rules it is for is not resolved yet.
struct FilterDefinition {
    /// An id, name or title of a rule, and where it is written.
    typealias Reference = CorrelationDefinition.Reference

    enum Scope {
        /// Every rule within the log source.
        case any
        case rules([Reference])
    }

    var metadata: RuleMetadata
    var logSource: LogSource
    var scope: Scope
    /// What events must satisfy beside the rule.
    var expression: MatchExpression

    var applied: AppliedFilter { AppliedFilter(id: metadata.id, title: metadata.title, location: metadata.location) }
}
