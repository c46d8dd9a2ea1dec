/// What `stats` and `timechart` compute of a group's rows.
public enum AggregateFunction: String, Sendable, Equatable, CaseIterable {
    /// Rows; with a field its values, a list's members each.
    case count
    /// Distinct values.
    case dc
    case sum, avg
    /// By the order of values, so of text and times as well.
    case min, max
    case p50, p95, p99
    /// The distinct values, in their order.
    case values
    /// Of the earliest and of the latest event that has a value.
    case first, last

    /// The percentile, as a share; nil for the others.
    var quantile: Double? {
        switch self {
        case .p50: 0.5
        case .p95: 0.95
        case .p99: 0.99
        case .count, .dc, .sum, .avg, .min, .max, .values, .first, .last: nil
        }
    }
}

/// One aggregate of a stage, with the place of its field in the row.
public struct Aggregate: Sendable, Equatable {
    public var function: AggregateFunction
    /// Nil for `count` of rows.
    public var slot: Int?

    public init(_ function: AggregateFunction, of slot: Int? = nil) {
        self.function = function
        self.slot = slot
    }
}
