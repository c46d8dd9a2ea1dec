/// What one rule's correlation has done so far. Counts since the rule was loaded in this form; they survive a restart with the
/// correlator's snapshot.
public struct RuleStatistics: Sendable, Equatable {
    /// Events that counted for the rule.
    public var matches = 0
    /// Of those, events that came later than the allowed lateness: counted as well as still possible.
    public var late = 0
    /// Matching events without a value in a group-by field, or in the field whose values are counted. They do not count.
    public var missingGroupValue = 0
    /// Groups given up because there were too many.
    public var evictions = 0
    /// Findings raised.
    public var findings = 0
    /// Groups held at the moment.
    public var liveGroups = 0

    public init() {}
}
