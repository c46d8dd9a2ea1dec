/// What stands behind the `|` of a condition in Sigma before version 2: an aggregation over the events that match, or `near`.
enum Aggregation: Equatable {
    /// `count(field) by group > bound`
    case count(CountForm)
    /// `near a and not b`: offsets are those within the whole condition.
    case near(Condition)

    struct CountForm: Equatable {
        var function: Function
        /// Nil for `count()`.
        var field: String?
        var groupBy: [String]
        var bound: CountCondition
    }

    enum Function: String, CaseIterable {
        case count, sum, avg, min, max

        /// The correlation that says the same. A minimum and a maximum are the outermost percentiles.
        func correlation(hasField: Bool) -> (kind: CorrelationKind, percentile: Double?) {
            switch self {
            case .count: (hasField ? .valueCount : .eventCount, nil)
            case .sum: (.valueSum, nil)
            case .avg: (.valueAvg, nil)
            case .min: (.valuePercentile, 0)
            case .max: (.valuePercentile, 100)
            }
        }
    }
}
