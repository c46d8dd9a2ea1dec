import EventModel
import Glibc

// Hot path.

/// Expects a count for each entity and bucket, and finds those that are far above (or below) it and unheard of for this entity.
///
/// The rate is a Gamma posterior that forgets; its prediction is a negative binomial distribution whose dispersion is learned
/// from the errors. A tail alone cries wolf where tails are heavy, so it is weighed with how far the count breaks the entity's
/// record of the last one or two epochs. The arithmetic of one entity; `CountTable` keeps many.
package struct CountModel: Sendable {
    /// What the model expects of a bucket.
    package struct Expectation: Sendable, Equatable {
        package var mean: Double
        package var size: Double
        package var record: UInt32

        package init(mean: Double, size: Double, record: UInt32) {
            self.mean = mean
            self.size = size
            self.record = record
        }
    }

    static let cellDecay = 0.93
    static let dispersionDecay = 0.995
    private static let logDispersionDecay = log(0.995)
    static let leastMean = 1e-4
    /// Errors are learned up to so many standard deviations: what the dispersion never sees it cannot expect.
    static let clip = 20.0
    static let mostTail = 25.0
    /// An entity gets `SeasonCells` with so many active buckets.
    static let promotion = 24
    /// A day of quarters of an hour, and more than an hour of minutes.
    private static let tabledDecays = 96
    /// After so many hours, or longer buckets, without events nothing is left: of the rate 2^-26 with the usual half-life.
    private static let memory: Int64 = 26 * 168

    /// What is left after some buckets: of the rate, of cells, of the dispersion.
    private struct Decay {
        var rate: Double
        var cell: Double
        var dispersion: Double
    }

    package let configuration: CountConfiguration
    let isSeasonal: Bool
    private let hasZone: Bool
    /// Per bucket.
    private let logRateDecay: Double
    /// Of cells, for buckets below an hour a root of it; and what such a bucket weighs.
    private let logCellDecay: Double
    private let cellDecayOfBucket: Double
    private let cellWeight: Double
    private let bucketsPerHour: Int64
    private let epochBuckets: UInt32
    private let suppressionBuckets: UInt32
    private let rateDecay: Double
    /// What is left after so many buckets: none, one, and so on.
    private let decays: [Decay]
    private let warmUpHours: UInt32
    /// How far a count has to break the record, with the highest tail that counts.
    private let leastRatio: Double

    package init(_ configuration: CountConfiguration) {
        self.configuration = configuration
        let width = configuration.bucketSeconds
        isSeasonal = configuration.isSeasonal && width <= 86_400
        hasZone = configuration.zone != .utc
        logRateDecay = -log(2.0) * Double(width) / Double(max(configuration.halfLife, width))
        rateDecay = exp(logRateDecay)
        let share = min(1, Double(width) / 3_600)
        logCellDecay = log(Self.cellDecay) * share
        cellDecayOfBucket = width >= 3_600 ? Self.cellDecay : exp(logCellDecay)
        cellWeight = width >= 3_600 ? 1 : -expm1(logCellDecay) / (1 - Self.cellDecay)
        bucketsPerHour = max(1, 3_600 / width)
        var decays = [Decay(rate: 1, cell: 1, dispersion: 1)]
        decays.append(Decay(rate: rateDecay, cell: cellDecayOfBucket, dispersion: Self.dispersionDecay))
        for buckets in 2..<Self.tabledDecays {
            decays.append(
                Decay(
                    rate: exp(logRateDecay * Double(buckets)), cell: exp(logCellDecay * Double(buckets)),
                    dispersion: exp(Self.logDispersionDecay * Double(buckets))))
        }
        self.decays = decays
        epochBuckets = UInt32(min(max(1, configuration.recordWindow / width), 1 << 24))
        suppressionBuckets = UInt32(min(max(0, (configuration.suppression + width - 1) / width), 1 << 24))
        leastRatio = exp(configuration.sensitivity / Self.mostTail)
        warmUpHours = UInt32(min(max(0, (configuration.warmUpAge + 3_599) / 3_600), 1 << 24))
    }

    var isDrop: Bool { configuration.direction == .drop }
    /// What stands for no record.
    var emptyRecord: UInt32 { isDrop ? .max : 0 }

    // MARK: Time

    package func hour(of bucket: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: Int64(bucket) * configuration.bucketSeconds / 3_600)
    }

    /// 0…23 on weekdays, 24…47 on weekends.
    package static func cell(ofHour hour: Int64) -> Int {
        // 1970-01-01 was a Thursday.
        let weekday = (hour / 24 + 3) % 7
        return Int(hour % 24) + (weekday >= 5 ? 24 : 0)
    }

    @inline(__always)
    private func cell(of bucket: UInt32) -> Int { cell(at: Int64(bucket) * configuration.bucketSeconds) }

    /// That of local time.
    ///
    /// - Parameter seconds: since 1970, UTC.
    @inline(__always)
    private func cell(at seconds: Int64) -> Int {
        Self.cell(ofHour: max(0, seconds + (hasZone ? Int64(configuration.zone.offset(at: seconds)) : 0)) / 3_600)
    }

    /// Epochs begin at another time for each entity, so that not all records are forgotten on the same day.
    @inline(__always)
    private func phase(_ state: CountState) -> UInt32 { UInt32(truncatingIfNeeded: state.key &>> 32) % epochBuckets }

    private func recordStart(_ state: CountState) -> UInt32 {
        let phase = phase(state)
        let epoch = (state.bucket &+ phase) / epochBuckets
        return epoch == 0 ? 0 : (epoch - 1) * epochBuckets > phase ? (epoch - 1) * epochBuckets - phase : 0
    }

    // MARK: Learning

    /// An entity that is seen for the first time.
    ///
    /// - Parameter mean: of a bucket, as its peers have it.
    package func first(_ key: UInt64, bucket: UInt32, mean: Double) -> CountState {
        var state = CountState(key: key, bucket: bucket, hour: hour(of: bucket), emptyRecord: emptyRecord)
        state.alpha = 0.5
        state.beta = Float(0.5 / (mean.isFinite ? min(max(mean, Self.leastMean), 1e6) : 1))
        return state
    }

    /// Whether the open bucket makes the entity worth `SeasonCells`.
    package func earnsCells(_ state: CountState) -> Bool {
        isSeasonal && state.count > 0 && state.activeBuckets + 1 >= Self.promotion
    }

    /// Closes the open bucket and all up to `bucket`, which is open then.
    package func advance(_ state: inout CountState, _ cells: UnsafeMutablePointer<SeasonCells>?, to bucket: UInt32) {
        guard bucket > state.bucket else { return }
        // The open bucket may be an empty one.
        var next = state.bucket
        if state.count > 0 {
            close(&state, cells)
            next += 1
        }
        if next < bucket { idle(&state, cells, from: next, to: bucket) }
        let phase = phase(state)
        let before = (state.bucket &+ phase) / epochBuckets
        let now = (bucket &+ phase) / epochBuckets
        if now != before {
            state.previousRecord = now == before + 1 ? state.record : emptyRecord
            state.record = emptyRecord
        }
        if isDrop, next < bucket {
            // Empty buckets are the lowest counts; no highest count minds them.
            if (bucket - 1 &+ phase) / epochBuckets == now { state.record = 0 }
            if now > 0, (next &+ phase) / epochBuckets < now { state.previousRecord = 0 }
        }
        state.bucket = bucket
        state.count = 0
        state.trigger = .max
        state.isTriggerExact = false
    }

    /// Learns the open bucket's count, which is not 0.
    private func close(_ state: inout CountState, _ cells: UnsafeMutablePointer<SeasonCells>?) {
        let places = cells.map(SeasonCellsPlace.init)
        let cell = places == nil ? 0 : cell(of: state.bucket)
        let factor = places?.factor(cell) ?? 1
        let rate = rate(state)
        let mean = max(rate * factor, Self.leastMean)
        var count = Double(state.count)
        // Nothing near the mean is clipped.
        if count > mean + 3 { count = min(count, mean + Self.clip * (mean + mean * mean / size(state)).squareRoot() + 3) }
        state.alpha = Float(self.rateDecay * Double(state.alpha) + count)
        state.beta = Float(self.rateDecay * Double(state.beta) + factor)
        if let places {
            let multiple = min(count / max(rate, 1e-3), 20)
            places.learn(cell, decay: cellDecayOfBucket, adding: cellWeight * multiple)
            if isHourEnd(state.bucket) { places.visit(cell) }
        }
        let error = (count - mean) * (count - mean) - mean
        state.numerator = Float(max(0, Self.dispersionDecay * Double(state.numerator) + error))
        state.denominator = Float(Self.dispersionDecay * Double(state.denominator) + mean * mean)
        state.record = isDrop ? min(state.record, state.count) : max(state.record, state.count)
        state.noteActive()
    }

    /// Whether the next bucket begins in another hour.
    @inline(__always)
    private func isHourEnd(_ bucket: UInt32) -> Bool {
        bucketsPerHour == 1 || hour(of: bucket &+ 1) != hour(of: bucket)
    }

    /// Learns the empty buckets `from..<to`.
    ///
    /// Without cells in closed form; there an empty bucket only weakens what is known of the dispersion. With cells hour by hour,
    /// since each expects something else: all empty buckets of an hour at once.
    private func idle(_ state: inout CountState, _ cells: UnsafeMutablePointer<SeasonCells>?, from: UInt32, to: UInt32) {
        guard let cells else {
            let decay = decay(of: to - from)
            state.alpha *= Float(decay.rate)
            state.beta = Float(decay.rate * Double(state.beta) + (1 - decay.rate) / (1 - self.rateDecay))
            state.numerator *= Float(decay.dispersion)
            state.denominator *= Float(decay.dispersion)
            return
        }
        let places = SeasonCellsPlace(cells)
        var bucket = from
        var (alpha, beta) = (Double(state.alpha), Double(state.beta))
        var (numerator, denominator) = (Double(state.numerator), Double(state.denominator))
        let remembered = UInt32(Self.memory * bucketsPerHour)
        if to - from > remembered {
            (alpha, numerator, denominator) = (0, 0, 0)
            beta = 1 / (1 - self.rateDecay)
            places.forget()
            bucket = to - remembered
        }
        let width = configuration.bucketSeconds
        while bucket < to {
            var run: UInt32 = 1
            let hour = Int64(bucket) * width / 3_600
            if bucketsPerHour > 1 {
                // Buckets that begin before the next hour does.
                let end = ((hour + 1) * 3_600 + width - 1) / width
                run = UInt32(min(end, Int64(to)) - Int64(bucket))
            }
            let cell = cell(at: hour * 3_600)
            let factor = places.factor(cell)
            let mean = max(alpha / beta * factor, Self.leastMean)
            var decay = Decay(rate: self.rateDecay, cell: cellDecayOfBucket, dispersion: Self.dispersionDecay)
            var (factorSum, errorSum) = (1.0, 1.0)
            if run > 1 {
                decay = self.decay(of: run)
                factorSum = (1 - decay.rate) / (1 - self.rateDecay)
                errorSum = (1 - decay.dispersion) / (1 - Self.dispersionDecay)
            }
            alpha *= decay.rate
            beta = decay.rate * beta + factor * factorSum
            numerator = max(0, decay.dispersion * numerator + (mean * mean - mean) * errorSum)
            denominator = decay.dispersion * denominator + mean * mean * errorSum
            places.learn(cell, decay: decay.cell, adding: 0)
            bucket += run
            if isHourEnd(bucket - 1) { places.visit(cell) }
        }
        (state.alpha, state.beta) = (Float(alpha), Float(beta))
        (state.numerator, state.denominator) = (Float(numerator), Float(denominator))
    }

    @inline(__always)
    private func decay(of buckets: UInt32) -> Decay {
        if buckets < Self.tabledDecays { return decays[Int(buckets)] }
        let buckets = Double(buckets)
        return Decay(
            rate: exp(logRateDecay * buckets), cell: exp(logCellDecay * buckets),
            dispersion: exp(Self.logDispersionDecay * buckets))
    }

    // MARK: Judging

    private func rate(_ state: CountState) -> Double { Double(state.alpha) / Double(state.beta) }

    private func size(_ state: CountState) -> Double {
        let dispersion = state.denominator < 20 ? 0.15 : max(Double(state.numerator) / Double(state.denominator), 0.02)
        return 1 / (1 / max(Double(state.alpha), 0.3) + dispersion)
    }

    /// What is expected of the open bucket.
    package func expectation(_ state: CountState, _ cells: UnsafePointer<SeasonCells>?) -> Expectation {
        Expectation(mean: mean(state, cells), size: size(state), record: record(state))
    }

    @inline(__always)
    private func mean(_ state: CountState, _ cells: UnsafePointer<SeasonCells>?) -> Double {
        let places = cells.map { SeasonCellsPlace(UnsafeMutablePointer(mutating: $0)) }
        return max(rate(state) * (places?.factor(cell(of: state.bucket)) ?? 1), Self.leastMean)
    }

    private func record(_ state: CountState) -> UInt32 {
        isDrop ? min(state.record, state.previousRecord) : max(state.record, state.previousRecord)
    }

    /// How unusual a count is: tail, record ratio and score.
    package func score(_ count: UInt32, _ expected: Expectation) -> (tail: Double, ratio: Double, score: Double) {
        let tail: Double
        let ratio: Double
        if isDrop {
            tail = Double(count) >= expected.mean
                ? 0 : NegativeBinomial.lowerTail(count, mean: expected.mean, size: expected.size)
            ratio = count < expected.record && expected.record != .max
                ? log((Double(expected.record) + 5) / (Double(count) + 5)) : 0
        } else {
            tail = Double(count) <= expected.mean
                ? 0 : NegativeBinomial.upperTail(count, mean: expected.mean, size: expected.size)
            ratio = count > expected.record ? log((Double(count) + 5) / (Double(expected.record) + 5)) : 0
        }
        return (tail, ratio, configuration.isNoveltyNeeded ? min(tail, Self.mostTail) * ratio : tail)
    }

    /// The score that an entity has to reach in its open bucket; nil if it fires at no count: it is not known long enough, or
    /// has fired.
    ///
    /// - Parameter startHour: of the first event of the rule at all. A new source would be new for everybody.
    package func demand(_ state: CountState, startHour: UInt32) -> Double? {
        let hour = hour(of: state.bucket)
        if let last = state.lastAlert, last == state.bucket || state.bucket &- last < suppressionBuckets { return nil }
        let isWarm = state.activeBuckets >= configuration.warmUpBuckets && hour >= state.firstHour &+ warmUpHours
        if isWarm || configuration.coldStart == .fire && !state.isResumed { return configuration.sensitivity }
        guard configuration.coldStart == .peers, !state.isResumed, hour >= startHour &+ warmUpHours else { return nil }
        return 1.5 * configuration.sensitivity
    }

    /// Whether an entity fired lately, so that it must not be forgotten.
    func isProtected(_ state: CountState, at bucket: UInt32) -> Bool {
        guard let last = state.lastAlert else { return false }
        return bucket < last || bucket - last <= suppressionBuckets
    }

    /// Whether a count fires.
    package func fires(_ count: UInt32, _ expected: Expectation, demand: Double) -> Bool {
        if isDrop {
            guard expected.mean >= Double(configuration.minimumCount),
                Double(count) * configuration.minimumRatio <= expected.mean
            else { return false }
        } else {
            guard count >= configuration.minimumCount, Double(count) >= configuration.minimumRatio * expected.mean else {
                return false
            }
        }
        return score(count, expected).score >= demand
    }

    /// A count below which none fires, cheaply: mostly the record. For spikes.
    package func triggerBound(_ expected: Expectation, demand: Double) -> UInt32 {
        triggerBound(mean: expected.mean, record: expected.record, demand: demand)
    }

    /// The bound of the open bucket. The dispersion, which it does not need, is not computed.
    func triggerBound(_ state: CountState, _ cells: UnsafePointer<SeasonCells>?, demand: Double) -> UInt32 {
        triggerBound(mean: mean(state, cells), record: record(state), demand: demand)
    }

    @inline(__always)
    private func triggerBound(mean: Double, record: UInt32, demand: Double) -> UInt32 {
        var bound = max(Double(configuration.minimumCount), (configuration.minimumRatio * mean).rounded(.up), 1)
        if configuration.isNoveltyNeeded {
            // A hair less: rounding must not lift it above a count that fires.
            let ratio = demand == configuration.sensitivity ? leastRatio : exp(demand / Self.mostTail)
            let least = (Double(record) + 5) * ratio * (1 - 1e-12) - 5
            bound = max(bound, Double(record) + 1, least.rounded(.up))
        }
        return bound < Double(UInt32.max) ? UInt32(bound) : .max
    }

    /// The smallest count that fires (`UInt32.max` if there is none below it): all tests are monotonic. For spikes.
    package func trigger(_ expected: Expectation, demand: Double) -> UInt32 {
        var low = triggerBound(expected, demand: demand)
        if low == .max || fires(low, expected, demand: demand) { return low }
        var step = UInt32(min(max(1, (expected.mean + expected.mean * expected.mean / expected.size).squareRoot()), 1e9))
        var high = low
        repeat {
            low = high
            high = high.addingReportingOverflow(step).overflow ? .max : high + step
            step = step &<< 1 < step ? step : step &<< 1
            if high == .max { break }
        } while !fires(high, expected, demand: demand)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if fires(middle, expected, demand: demand) { high = middle } else { low = middle }
        }
        return high
    }

    /// The whole score of the open bucket.
    func report(_ state: CountState, _ expected: Expectation, isSeasonal: Bool) -> CountScore {
        let (tail, ratio, score) = score(state.count, expected)
        return CountScore(
            key: state.key, bucket: state.bucket, count: state.count, expected: expected.mean, size: expected.size, tail: tail,
            record: expected.record, recordSince: recordStart(state), recordRatio: ratio, score: score,
            firstHour: state.firstHour, isSeasonal: isSeasonal)
    }
}
