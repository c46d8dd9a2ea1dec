/// Bounds of the correlator's memory. What is beyond them is dropped, and counted.
public struct CorrelatorLimits: Sendable, Equatable {
    /// Live groups of one rule: enough for every user of a large organisation, or the addresses of a botnet.
    public var groupsPerRule = 100_000
    /// Live groups of all rules together, some hundred bytes each. When they are exceeded, the rule with the most groups
    /// (within an eighth) gives one up, so that a flood of keys in one rule cannot push out another's.
    public var groups = 1_000_000
    /// Events that one group keeps because late events could still make them matter. Beyond it the older ones are thinned out
    /// to what matters for events in order (`WindowState.compact`).
    public var retainedEventsPerGroup = 4_096

    public init() {}

    public init(groupsPerRule: Int, groups: Int, retainedEventsPerGroup: Int = 4_096) {
        self.groupsPerRule = max(1, groupsPerRule)
        self.groups = max(1, groups)
        self.retainedEventsPerGroup = max(16, retainedEventsPerGroup)
    }
}
