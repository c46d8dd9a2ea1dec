/// What a count says, with what it rests on.
public struct CountScore: Sendable, Equatable {
    public var key: UInt64
    /// The bucket's number: seconds since 1970 divided by its length.
    public var bucket: UInt32
    public var count: UInt32
    /// What was expected (the predictive mean), and the negative binomial's size.
    public var expected: Double
    public var size: Double
    /// -log10 of the probability of a count as extreme. Over-confident with heavy tails: an order, no promise.
    public var tail: Double
    /// The highest count of a closed bucket since `recordSince`; for drops the lowest, `UInt32.max` if there is none.
    public var record: UInt32
    /// First bucket of the epoch before the present one.
    public var recordSince: UInt32
    /// ln((count + 5) / (record + 5)); for drops its reverse. 0 if it is no record.
    public var recordRatio: Double
    /// What is compared with the sensitivity: min(tail, 25) · ratio, or the tail alone.
    public var score: Double
    /// The hour since 1970 in which the entity was first seen: how old its model is.
    public var firstHour: UInt32
    /// Whether hours are told apart in `expected`.
    public var isSeasonal: Bool
}
