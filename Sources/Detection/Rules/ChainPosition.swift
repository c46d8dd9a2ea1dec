/// Where a rule stands in a chain of correlations that build on each other.
struct ChainPosition: Sendable, Equatable {
    /// For each of `FindingRule.steps` whether it is another correlation; empty if none is.
    var innerSteps: [Bool] = []
    /// How far before a firing event its evidence may lie, in microseconds: the timespans of the chain down to the base rules.
    var reach: Int64 = 0
    /// The shortest timespan of the correlations that build on this one; nil: none does.
    var outerTimespan: Int64?
}
