/// What the windows of one rule need to know of it.
struct WindowParameters: Sendable, Equatable {
    var kind: FindingRule.Window
    /// Microseconds, inclusive: two events exactly this far apart are in one window.
    var timespan: Int64
    var threshold: Int
    var stepCount: Int
    /// Events that a group may hold for what late events could still change.
    var maximumRetained: Int

    init(_ rule: FindingRule, maximumRetained: Int) {
        kind = rule.window
        timespan = rule.timespan
        threshold = rule.threshold
        stepCount = rule.steps.count
        // A window that may not hold its own threshold could never reach it.
        self.maximumRetained = max(maximumRetained, rule.threshold * 2)
    }
}
