public import EventModel

/// What a `MetricModel` thinks of one value.
public struct MetricScore: Sendable, Equatable {
    /// What the model looks at in a series.
    public enum View: UInt8, Sendable, CaseIterable {
        /// The logarithm of the value: sign(y) · ln(1 + |y|).
        case logarithm
        /// How far the mean of 20 samples is from the mean of 200.
        case trend
        /// The mean of 50 samples.
        case level
        /// How far the value is from what is usual in this hour of the week.
        case seasonal
        /// The value itself.
        case value
        /// How far the logarithm is from what is usual in this hour of the week.
        case seasonalLogarithm
    }

    /// The view that counted most, for people to check.
    public struct Evidence: Sendable, Equatable {
        public var view: View
        /// The view's number now.
        public var number: Double
        /// The extreme that it goes beyond.
        public var extreme: Double
        /// True if it is higher than the highest, false if it is lower than the lowest.
        public var isAbove: Bool
        /// By how much of the range between both extremes: 0.35 is 35 %.
        public var excess: Double
        /// Since when the extremes are kept: the present epoch and the one before.
        public var since: Timestamp
    }

    /// The weighted excesses of all views, 0 or more.
    public var sum: Double
    /// Whether it is to be told: nothing as unusual was told within the time of suppression.
    public var isEmitted: Bool
    /// Nil if the sum is 0.
    public var evidence: Evidence?

    /// Half the way to 1 in `anomalyScore`; from here on a value is an alarm.
    public static let alarmSum = 0.04

    /// 0…1: sum / (sum + 0.04), 0 if it is not to be told.
    public var anomalyScore: Double { isEmitted ? sum / (sum + Self.alarmSum) : 0 }

    /// Whether the value is an alarm: to be told, and 0.5 or more.
    public var isAlarm: Bool { isEmitted && sum >= Self.alarmSum }

    static let nothing = MetricScore(sum: 0, isEmitted: false, evidence: nil)
}
