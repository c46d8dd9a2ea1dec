/// What the windows of one rule need to know of it.
struct WindowParameters: Sendable, Equatable {
    var kind: FindingRule.Window
    /// Microseconds, inclusive: two events exactly this far apart are in one window.
    var timespan: Int64
    var threshold: Int
    var stepCount: Int
    /// Events that a group may hold for what late events could still change.
    var maximumRetained: Int
    /// Whether other correlations build on this one: its windows then go on when the condition has been reached.
    var isConsumed: Bool
    /// The shortest timespan of these; two firing events no further apart are in one episode of each of them.
    var outerTimespan: Int64
    /// Whether no findings are raised.
    var isSilent: Bool
    /// For each step whether it is another correlation; empty if none is.
    var innerSteps: [Bool]
    /// How far before a firing event its evidence may lie: the timespans of the chain down to the base rules.
    var reach: Int64

    init(_ rule: FindingRule, maximumRetained: Int) {
        kind = rule.window
        timespan = rule.timespan
        threshold = rule.threshold
        stepCount = rule.steps.count
        // A window that may not hold its own threshold could never reach it.
        self.maximumRetained = max(maximumRetained, rule.threshold * 2)
        isConsumed = rule.chain.outerTimespan != nil
        outerTimespan = rule.chain.outerTimespan ?? 0
        isSilent = rule.isSilent
        innerSteps = rule.chain.innerSteps
        reach = rule.chain.reach
    }

    /// Whether a retained event is evidence itself. A match of an inner correlation is not: the events that it rests on are.
    func isEvidence(_ mark: EventMark) -> Bool { innerSteps.isEmpty || !isInner(mark.step) }

    /// Whether a step is another correlation.
    func isInner(_ step: Int) -> Bool { step < innerSteps.count && innerSteps[step] }
}
