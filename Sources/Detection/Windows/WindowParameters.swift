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
    /// Of the types that compute.
    var number: NumberCondition?
    /// Of temporal types with a boolean condition.
    var terms: RuleTerms?
    /// For how long a finding keeps others back, in microseconds; nil: not at all.
    var suppressesFor: Int64?
    /// Whether windows are judged when no earlier event can come any more (`PendingWindow`).
    var isDeferred: Bool
    /// How far the watermark must be beyond an event for its window to be judged.
    var decisionDelay: Int64
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
        number = rule.number
        terms = rule.terms
        isDeferred = rule.isDeferred
        suppressesFor = rule.suppression?.duration
        decisionDelay = rule.terms == nil ? 0 : rule.timespan
    }

    /// Whether any event satisfies the condition alone.
    var isImmediate: Bool { threshold <= 1 && terms == nil && number == nil }

    /// Whether groups of several events may be compact (`GroupSlot`): whether nothing but their events matters.
    var keepsRuns: Bool {
        !isImmediate && !isConsumed && !isDeferred && terms == nil && number == nil && suppressesFor == nil
    }

    /// Whether an event that matches these steps belongs to episodes, instead of only keeping a condition from holding.
    func isPositive(_ steps: UInt64) -> Bool {
        guard let terms else { return true }
        return steps & terms.positive != 0
    }

    /// Whether an event is of a rule that stands without a `not`.
    func isPositive(_ mark: EventMark) -> Bool { isPositive(1 &<< UInt64(min(mark.step, 63))) }

    /// The step that an event with these steps is evidence of: of a boolean condition, the first that stands without a `not`, if
    /// there is one, and if possible not another correlation.
    func evidenceStep(_ steps: UInt64, first: Int) -> Int {
        guard let terms, steps & terms.positive != 0 else { return first }
        var bits = steps & terms.positive
        let fallback = bits.trailingZeroBitCount
        while bits != 0 {
            if !isInner(bits.trailingZeroBitCount) { return bits.trailingZeroBitCount }
            bits &= bits &- 1
        }
        return fallback
    }

    /// Whether a retained event is evidence itself. A match of an inner correlation is not: the events that it rests on are.
    func isEvidence(_ mark: EventMark) -> Bool { innerSteps.isEmpty || !isInner(mark.step) }

    /// Whether a step is another correlation.
    func isInner(_ step: Int) -> Bool { step < innerSteps.count && innerSteps[step] }
}
