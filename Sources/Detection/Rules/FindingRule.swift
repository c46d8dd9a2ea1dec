public import EventModel

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
    }

    /// One of the rules that feed it: base rules, or other correlations.
    public struct Step: Sendable, Equatable {
        public var id: String
        public var title: String
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
    /// The field whose distinct values are counted.
    public var valueField: String?
    /// Ids of the rules that its evidence can be of: its steps, then the base rules beneath those of them that are correlations.
    public var evidenceRules: [String]
    /// Whether it raises no findings of its own, because a correlation without `generate` builds on it.
    public var isSilent: Bool
    var chain = ChainPosition()
    /// Changes when the rule, or a rule it builds on, changes: state of another fingerprint is not taken over.
    public var fingerprint: String

    /// `Finding.kind`
    public var kind: String {
        switch window {
        case .event: "event"
        case .eventCount: "event_count"
        case .valueCount: "value_count"
        case .temporal: "temporal"
        case .temporalOrdered: "temporal_ordered"
        }
    }
}
