public import EventModel
import Glibc

// Hot path.

/// Finds values of one regular series that are beyond anything seen in the last two epochs of 14 days, in several views of it.
///
/// A view's number is unusual by how far it lies outside the extremes of the present and the previous epoch, as a share of the
/// range between them. So a series brings its own scale, and a finding can be said in a sentence: "the highest value since
/// 1 May, by 35 % of its range". No threshold is learned, and nothing looks ahead.
public struct MetricModel: Sendable, Equatable {
    /// What differs from series to series.
    public struct Configuration: Sendable, Equatable {
        /// Which way a value has to go to be unusual.
        public enum Direction: UInt8, Sendable {
            case up = 1
            case down = 2
            case both = 3
        }

        /// The time between two values, in microseconds.
        public let bucketWidth: Int64
        /// How many values an epoch has.
        public let epoch: Int
        /// For how many values after one that was told only more unusual ones are.
        public let suppression: Int
        public let direction: Direction
        /// Whether hours of the week are told apart.
        public let isSeasonal: Bool

        static let epochLength: Int64 = 14 * 86_400_000_000

        /// - Parameters:
        ///   - bucketWidth: the time between two values, in microseconds, taken into a second to a week.
        ///   - suppression: how long less unusual values are kept back after one was told, in microseconds.
        public init(
            bucketWidth: Int64, suppression: Int64, direction: Direction = .both, isSeasonal: Bool = true
        ) {
            self.bucketWidth = min(max(bucketWidth, 1_000_000), 7 * 86_400_000_000)
            epoch = max(2, Int(Self.epochLength / self.bucketWidth))
            // Rounded up, so that it is never shorter than asked for.
            let length = max(0, min(suppression, 1 << 60))
            self.suppression = Int((length + self.bucketWidth - 1) / self.bucketWidth)
            self.direction = direction
            self.isSeasonal = isSeasonal
        }
    }

    /// The extremes of one view.
    struct Extremes: Sendable, Equatable {
        var low = 0.0
        var high = 0.0
        /// Of the present epoch alone.
        var epochLow = 0.0
        var epochHigh = 0.0
        /// How many numbers it has seen, up to `Int32.max`.
        var samples: Int32 = 0
    }

    static let hours = 168
    static let views = MetricScore.View.allCases
    static let weights = [0.5, 1, 1, 0.5, 0.5, 0.5]
    /// Numbers a view needs before it says anything; an hour of the week needs more, since each is its own small series.
    static let warmUp: [Int32] = [10, 10, 10, 50, 10, 50]
    /// Differences of values up to here are still finite.
    static let largest = 1e150

    public let configuration: Configuration
    /// Values so far.
    public internal(set) var samples = 0
    var shortMean = 0.0
    var middleMean = 0.0
    var longMean = 0.0
    var extremes = [Extremes](repeating: Extremes(), count: 6)
    /// What is usual in each hour of the week: values, their logarithms, and how many were seen, up to 255.
    var seasonValues: [Double]
    var seasonLogarithms: [Double]
    var seasonCounts: [UInt8]
    /// The sum that was told last, 0 if that is forgotten, and when.
    var told = 0.0
    var toldAt = 0
    /// Beginnings of the present and the previous epoch.
    var epochStart = Timestamp.distantPast
    var previousStart = Timestamp.distantPast

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        let cells = configuration.isSeasonal ? Self.hours : 0
        seasonValues = [Double](repeating: 0, count: cells)
        seasonLogarithms = [Double](repeating: 0, count: cells)
        seasonCounts = [UInt8](repeating: 0, count: cells)
    }

    /// Scores the value of a closed bucket against those before it, and learns it.
    ///
    /// - Parameters:
    ///   - value: one that is no number or infinite is not learned, and scores nothing.
    ///   - time: the beginning of its bucket.
    ///   - offset: by how many seconds local time is ahead of UTC then, for hours of the week.
    public mutating func add(_ value: Double, at time: Timestamp, offset: Int32 = 0) -> MetricScore {
        guard value.isFinite else { return .nothing }
        let y = min(max(value, -Self.largest), Self.largest)
        samples += 1
        let logarithm = y < 0 ? -log1p(-y) : log1p(y)
        if samples == 1 {
            (shortMean, middleMean, longMean) = (y, y, y)
            (epochStart, previousStart) = (time, time)
        } else {
            let share = 1 / Double(samples)
            shortMean += max(1.0 / 20, share) * (y - shortMean)
            middleMean += max(1.0 / 50, share) * (y - middleMean)
            longMean += max(1.0 / 200, share) * (y - longMean)
        }
        let (residual, residualLogarithm) = season(y, logarithm, at: time + Int64(offset) * 1_000_000)

        let isEpochEnd = samples % configuration.epoch == 0
        var score = MetricScore.nothing
        var strongest = 0.0
        observe(.logarithm, logarithm, isEpochEnd, &score, &strongest)
        observe(.trend, shortMean - longMean, isEpochEnd, &score, &strongest)
        observe(.level, middleMean, isEpochEnd, &score, &strongest)
        if let residual { observe(.seasonal, residual, isEpochEnd, &score, &strongest) }
        observe(.value, y, isEpochEnd, &score, &strongest)
        if let residualLogarithm { observe(.seasonalLogarithm, residualLogarithm, isEpochEnd, &score, &strongest) }
        if isEpochEnd { (previousStart, epochStart) = (epochStart, time) }

        if samples - toldAt >= configuration.suppression { told = 0 }
        if score.sum > told {
            (told, toldAt) = (score.sum, samples)
            score.isEmitted = true
        }
        return score
    }

    /// The value's distance from what was usual in its hour of the week, nil the first time; then learns it.
    private mutating func season(_ y: Double, _ logarithm: Double, at time: Timestamp) -> (Double?, Double?) {
        guard configuration.isSeasonal else { return (nil, nil) }
        let hour = Self.hourOfWeek(time)
        let isSeen = seasonCounts[hour] > 0
        let residual = y - seasonValues[hour]
        let residualLogarithm = logarithm - seasonLogarithms[hour]
        if seasonCounts[hour] < .max { seasonCounts[hour] += 1 }
        let share = max(0.1, 1 / Double(seasonCounts[hour]))
        seasonValues[hour] += share * residual
        seasonLogarithms[hour] += share * residualLogarithm
        return isSeen ? (residual, residualLogarithm) : (nil, nil)
    }

    /// 0…167 from Monday, 00:00 UTC.
    static func hourOfWeek(_ time: Timestamp) -> Int {
        // 1970-01-01 was a Thursday.
        let hour = Int((Double(time.microseconds) / 3_600_000_000).rounded(.down)) + 3 * 24
        return (hour % hours + hours) % hours
    }

    /// Adds to the score by how much a view's number is beyond its extremes, and extends them.
    private mutating func observe(
        _ view: MetricScore.View, _ number: Double, _ isEpochEnd: Bool, _ score: inout MetricScore, _ strongest: inout Double
    ) {
        let place = Int(view.rawValue)
        var kept = extremes[place]
        if kept.samples == 0 { kept = Extremes(low: number, high: number, epochLow: number, epochHigh: number) }
        let range = kept.high - kept.low
        if range > 0, kept.samples > Self.warmUp[place] {
            let isAbove = number > kept.high && configuration.direction != .down
            if isAbove || number < kept.low && configuration.direction != .up {
                // Of a range of nearly nothing everything is a huge multiple: kept finite.
                let excess = min((isAbove ? number - kept.high : kept.low - number) / range, 1e9)
                let part = Self.weights[place] * excess
                score.sum += part
                if part > strongest {
                    strongest = part
                    score.evidence = MetricScore.Evidence(
                        view: view, number: number, extreme: isAbove ? kept.high : kept.low, isAbove: isAbove, excess: excess,
                        since: previousStart)
                }
            }
        }
        kept.low = min(kept.low, number)
        kept.high = max(kept.high, number)
        kept.epochLow = min(kept.epochLow, number)
        kept.epochHigh = max(kept.epochHigh, number)
        if kept.samples < .max { kept.samples += 1 }
        if isEpochEnd {
            (kept.low, kept.high) = (kept.epochLow, kept.epochHigh)
            (kept.epochLow, kept.epochHigh) = (number, number)
        }
        extremes[place] = kept
    }
}
