import LocatedYAML

/// A correlation as written: its references are not resolved yet.
struct CorrelationDefinition {
    /// An id, name or title of another rule, and where it is written.
    struct Reference {
        var text: String
        var location: SourceLocation
    }

    struct Alias {
        var name: String
        var location: SourceLocation
        /// Which field the alias means in which rule.
        var fields: [(rule: Reference, field: String)]
    }

    var metadata: RuleMetadata
    var kind: CorrelationKind
    var rules: [Reference]
    var groupBy: [String]
    var aliases: [Alias]
    /// Microseconds.
    var timespan: Int64
    /// Empty for the default of temporal types.
    var conditions: [CountCondition]
    var conditionLocation: SourceLocation
    var valueField: String?
    var generate: Bool
}
