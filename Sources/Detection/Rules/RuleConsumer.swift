import EventModel

/// One finding rule that a base rule's matches count for, with the fields resolved as that base rule names them.
struct RuleConsumer: Sendable {
    /// How an event's groups are found.
    enum Grouping: Sendable {
        /// By the values of all of these fields.
        case fields([GroupingField])
        /// By the first of these fields that has a value (places in `FindingRule.groupFields`); none of them: one group.
        case firstOf([FieldID])
    }

    /// Where an event says who the peers of its entity are.
    struct Peers: Sendable {
        var field: GroupingField
        /// Whether an event that does not say is of no use.
        var isNeeded: Bool
    }

    /// Index into `RuleSet.findingRules`.
    var findingRule: UInt32
    /// The base rule's places in `FindingRule.steps`: one bit each, and the lowest of them.
    var steps: UInt64
    var step: UInt32
    var grouping: Grouping
    var values: CountedValues<GroupingField>
    /// Of behavioural types. Its value stands behind those of `grouping`.
    var peers: Peers?
}
