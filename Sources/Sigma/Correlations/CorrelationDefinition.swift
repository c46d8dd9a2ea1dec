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

    /// A `condition` of either form.
    struct WrittenCondition {
        /// Empty for the default of temporal types, and beside an expression.
        var bounds: [CountCondition] = []
        var fields: [String] = []
        var percentile: Double?
        /// An expression over the rules, and the scalar it is read from.
        var expression: (condition: Condition, node: YAMLNode)?
        var location: SourceLocation
    }

    var metadata: RuleMetadata
    var kind: CorrelationKind
    /// May be empty where the condition names the rules.
    var rules: [Reference]
    var groupBy: [String]
    var aliases: [Alias]
    /// Microseconds.
    var timespan: Int64
    var condition: WrittenCondition
    /// Of behavioural types.
    var behaviour: Behaviour?
    var generate: Bool
    /// To find places within the condition.
    var file: YAMLFile
}
