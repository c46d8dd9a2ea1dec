public import EventModel
public import Sigma

/// A rule that raises findings, reduced to what correlation needs: a plain rule that is not silent, or a correlation. A silent
/// correlation raises none, but counts for those that build on it.
public struct FindingRule: Sendable, Equatable {
    /// How events of a group are counted.
    public enum Window: Sendable, Equatable {
        /// Every event is a finding of its own, repeats extend it.
        case event
        case eventCount
        case valueCount
        case temporal
        case temporalOrdered
        case valueSum
        case valueAvg
        case valuePercentile
        case valueMedian
    }

    /// One of the rules that feed it: base rules, or other correlations.
    public struct Step: Sendable, Equatable {
        public var id: String
        public var title: String
    }

    /// For how long a finding keeps others like it from being raised.
    public struct Suppressing: Sendable, Equatable {
        /// Microseconds from the first event of the finding on.
        public var duration: Int64
        /// Findings with the same values of these are alike: places in `groupFields`. Nil: those of the same group.
        public var fields: [Int]?
    }

    public var summary: RuleSummary
    public var window: Window
    /// Microseconds. Events of a group further apart than this belong to different episodes.
    public var timespan: Int64
    /// The count that must be reached: the smallest that satisfies all of the rule's conditions (`Threshold`).
    public var threshold: Int
    /// The rules that feed it, in the order written; a plain rule has itself.
    public var steps: [Step]
    /// The fields of `Finding.group`, as the rule names them.
    public var groupFields: [String]
    /// The fields whose distinct values, or tuples of values, are counted; or the field whose numbers are computed with.
    public var valueFields: [String]
    /// All of them must hold; empty for a plain rule, and beside a boolean condition.
    public var conditions: [CountCondition] = []
    /// Of temporal types, in place of `conditions`: over the ids of `steps`.
    public var ruleCondition: RuleCondition?
    /// Of `valuePercentile`: 0...100.
    public var percentile: Double?
    /// Ids of the rules that its evidence can be of: its steps, then the base rules beneath those of them that are correlations.
    public var evidenceRules: [String]
    /// Whether it raises no findings of its own, because a correlation without `generate` builds on it.
    public var isSilent: Bool
    /// Which further findings are not raised; nil: all are.
    public var suppression: Suppressing?
    var chain = ChainPosition()
    /// How far before an event others may lie that count with it, down the chain to the base rules; microseconds.
    public var reach: Int64 { max(timespan, chain.reach) }
    /// `conditions` of the types that compute.
    var number: NumberCondition?
    /// Of behavioural types: its events are those that are unusual.
    public var behaviour: BehaviourRule?
    /// `ruleCondition` as alternatives.
    var terms: RuleTerms?
    /// Changes when the rule, or a rule it builds on, changes: state of another fingerprint is not taken over.
    public var fingerprint: String

    /// `Finding.kind`
    public var kind: String {
        if let behaviour { return behaviour.kind.rawValue }
        return switch window {
        case .event: "event"
        case .eventCount: "event_count"
        case .valueCount: "value_count"
        case .temporal: "temporal"
        case .temporalOrdered: "temporal_ordered"
        case .valueSum: "value_sum"
        case .valueAvg: "value_avg"
        case .valuePercentile: "value_percentile"
        case .valueMedian: "value_median"
        }
    }

    /// Whether windows are judged when no earlier event can come any more. An unordered condition that forbids nothing holds as
    /// soon as it does on what has come, like a count.
    var isDeferred: Bool {
        if number != nil { return true }
        guard let terms else { return false }
        return terms.isOrdered || terms.hasAbsence || terms.positive.nonzeroBitCount < steps.count
    }
}
