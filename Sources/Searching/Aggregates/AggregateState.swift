import EventModel

/// What has been seen of one group for one aggregate.
enum AggregateState {
    case count(Int)
    case distinct([String: FieldValue])
    case sum(NumberSum)
    case least(FieldValue)
    case greatest(FieldValue)
    case percentile(PercentileSketch)
    /// The value of the earliest or latest row, and that row's time and number.
    case edge(FieldValue, Timestamp, Int64)

    init(_ function: AggregateFunction) {
        switch function {
        case .count: self = .count(0)
        case .dc, .values: self = .distinct([:])
        case .sum, .avg: self = .sum(NumberSum())
        case .min: self = .least(.null)
        case .max: self = .greatest(.null)
        case .p50, .p95, .p99: self = .percentile(PercentileSketch())
        case .first, .last: self = .edge(.null, Timestamp(microseconds: 0), 0)
        }
    }

    /// The result.
    func value(_ function: AggregateFunction) -> FieldValue {
        switch self {
        case .count(let count): .integer(Int64(count))
        case .distinct(let values):
            function == .dc ? .integer(Int64(values.count)) : .several(values.values.sorted { $0.precedes($1) })
        case .sum(let sum): function == .sum ? sum.sum : sum.average
        case .least(let value), .greatest(let value), .edge(let value, _, _): value
        case .percentile(let sketch): Self.percentile(sketch, function)
        }
    }

    private static func percentile(_ sketch: PercentileSketch, _ function: AggregateFunction) -> FieldValue {
        function.quantile.flatMap { sketch.value(at: $0) }.map { FieldValue.number($0).whole } ?? .null
    }

    var isApproximate: Bool {
        if case .percentile(let sketch) = self { sketch.isApproximate } else { false }
    }
}
