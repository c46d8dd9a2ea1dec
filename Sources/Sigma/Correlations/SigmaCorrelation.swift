/// Sigma's correlation types.
public enum CorrelationKind: String, Sendable, CaseIterable {
    case eventCount = "event_count"
    case valueCount = "value_count"
    case temporal
    case temporalOrdered = "temporal_ordered"
}

/// One bound of a correlation's condition. A range has two.
public struct CountCondition: Sendable, Equatable {
    public enum Relation: String, Sendable, CaseIterable { case gt, gte, lt, lte, eq, neq }

    public var relation: Relation
    public var value: Int

    public init(_ relation: Relation, _ value: Int) {
        self.relation = relation
        self.value = value
    }

    public func holds(_ count: Int) -> Bool {
        switch relation {
        case .gt: count > value
        case .gte: count >= value
        case .lt: count < value
        case .lte: count <= value
        case .eq: count == value
        case .neq: count != value
        }
    }
}

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
    /// All of them must hold.
    public var conditions: [CountCondition]
    /// The field whose distinct values `value_count` counts.
    public var valueField: String?
    /// Whether the base rules raise findings of their own as well.
    public var generate: Bool

    public init(
        metadata: RuleMetadata, kind: CorrelationKind, rules: [String], groupBy: [String],
        aliases: [String: [String: String]] = [:], timespan: Int64, conditions: [CountCondition],
        valueField: String? = nil, generate: Bool = false
    ) {
        self.metadata = metadata
        self.kind = kind
        self.rules = rules
        self.groupBy = groupBy
        self.aliases = aliases
        self.timespan = timespan
        self.conditions = conditions
        self.valueField = valueField
        self.generate = generate
    }
}

/// All rules of a set of files, checked, with references resolved.
public struct SigmaCollection: Sendable, Equatable {
    public var rules: [SigmaRule]
    /// Each after those that it builds on.
    public var correlations: [SigmaCorrelation]

    public init(rules: [SigmaRule] = [], correlations: [SigmaCorrelation] = []) {
        self.rules = rules
        self.correlations = correlations
    }

    /// Ids of the rules and correlations that raise no finding of their own, because a correlation without `generate` builds on
    /// them.
    public var silentRules: Set<String> {
        var silent = Set(correlations.filter { !$0.generate }.flatMap(\.rules))
        silent.subtract(correlations.filter(\.generate).flatMap(\.rules))
        return silent
    }
}
