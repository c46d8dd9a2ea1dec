/// What one rule's correlation has done so far. Counts since the rule was loaded in this form; they survive a restart with the
/// correlator's snapshot.
public struct RuleStatistics: Sendable, Equatable {
    /// Events that counted for the rule.
    public var matches = 0
    /// Of those, events that came later than the allowed lateness: counted as well as still possible.
    public var late = 0
    /// Matching events without a value in a group-by field, or in the field whose values are counted. They do not count.
    public var missingGroupValue = 0
    /// Values that should be numbers and are none. They are ignored.
    public var nonNumericValues = 0
    /// Events forgotten before their time because their group had too many (`CorrelatorLimits.retainedEventsPerGroup`), so that a
    /// number is computed without them, or an absence not found.
    public var givenUpEvents = 0
    /// Groups given up because there were too many.
    public var evictions = 0
    /// Findings raised.
    public var findings = 0
    /// Findings not raised because of another one (`suppress`); their events are counted on that.
    public var suppressedFindings = 0
    /// Groups held at the moment.
    public var liveGroups = 0

    public init() {}
}
