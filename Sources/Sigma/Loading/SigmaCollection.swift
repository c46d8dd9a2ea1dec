/// All rules of a set of files, checked, with references resolved.
public struct SigmaCollection: Sendable, Equatable {
    /// Filters have been applied to them.
    public var rules: [SigmaRule]
    /// Each after those that it builds on.
    public var correlations: [SigmaCorrelation]

    public init(rules: [SigmaRule] = [], correlations: [SigmaCorrelation] = []) {
        self.rules = rules
        self.correlations = correlations
    }

    /// Ids of the rules and correlations that raise no finding of their own, because a correlation without `generate` builds on
    /// them.
    public var silentRules: Set<String> {
        var silent = Set(correlations.filter { !$0.generate }.flatMap(\.rules))
        silent.subtract(correlations.filter(\.generate).flatMap(\.rules))
        return silent
    }
}
