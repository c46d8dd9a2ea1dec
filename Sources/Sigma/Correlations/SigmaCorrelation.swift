/// A checked correlation rule: base rules, group, window, condition. References are resolved.
public struct SigmaCorrelation: Sendable, Equatable {
    public var metadata: RuleMetadata
    public var kind: CorrelationKind
    /// Ids (`RuleMetadata.id`) of the base rules, in the order written. A base may be another correlation: each of its firing
    /// events then counts as a match, with the values of its group.
    public var rules: [String]
    /// Field names as written, or alias names.
    public var groupBy: [String]
    /// alias → (base rule id → field name).
    public var aliases: [String: [String: String]]
    /// Microseconds.
    public var timespan: Int64
    /// All of them must hold. Empty where `ruleCondition` stands in their place.
    public var conditions: [CountCondition]
    /// Of temporal types, in place of `conditions`; names exactly `rules`.
    public var ruleCondition: RuleCondition?
    /// Field names as written, or alias names. `value_count` counts the distinct tuples of their values; the other `value_` types
    /// have exactly one.
    public var valueFields: [String]
    /// Of `value_percentile`: which one, 0...100.
    public var percentile: Double?
    /// Of behavioural types: what is usual, and what is not.
    public var behaviour: Behaviour?
    /// Whether the base rules raise findings of their own as well.
    public var generate: Bool

    /// The only one of `valueFields`; nil if there are none or several.
    public var valueField: String? { valueFields.count == 1 ? valueFields[0] : nil }

    public init(
        metadata: RuleMetadata, kind: CorrelationKind, rules: [String], groupBy: [String],
        aliases: [String: [String: String]] = [:], timespan: Int64, conditions: [CountCondition],
        ruleCondition: RuleCondition? = nil, valueFields: [String] = [], percentile: Double? = nil,
        behaviour: Behaviour? = nil, generate: Bool = false
    ) {
        self.metadata = metadata
        self.kind = kind
        self.rules = rules
        self.groupBy = groupBy
        self.aliases = aliases
        self.timespan = timespan
        self.conditions = conditions
        self.ruleCondition = ruleCondition
        self.valueFields = valueFields
        self.percentile = percentile
        self.behaviour = behaviour
        self.generate = generate
    }
}
