import Foundation

/// The distribution of numbers: exact while they are few, then a histogram with buckets whose widths grow with the value.
///
/// The histogram is a DDSketch (Masson, Rim, Lee: "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
/// Guarantees", VLDB 2019): any percentile is within `accuracy` of a value of that rank. A percentile is the value of rank
/// ⌈share × count⌉ (nearest rank).
struct PercentileSketch {
    /// Relative: 1 % of the value.
    static let accuracy = 0.01
    private static let gamma = (1 + accuracy) / (1 - accuracy)
    private static let logGamma = log(gamma)
    /// Numbers nearer to zero than this count as zero.
    private static let smallest = 1e-9

    private var exact: [Double] = []
    private var positive: [Int32: Int] = [:]
    private var negative: [Int32: Int] = [:]
    private var zeros = 0
    private(set) var count = 0
    private(set) var isApproximate = false

    /// Numbers or buckets held.
    var cells: Int { exact.count + positive.count + negative.count }

    /// - Parameter exactNumbers: so many numbers are kept as they are.
    mutating func add(_ value: Double, exactNumbers: Int) {
        count += 1
        if !isApproximate {
            exact.append(value)
            if exact.count <= exactNumbers { return }
            isApproximate = true
            for number in exact { file(number) }
            exact = []
        } else {
            file(value)
        }
    }

    private mutating func file(_ value: Double) {
        if abs(value) < Self.smallest {
            zeros += 1
        } else if value > 0 {
            positive[Self.bucket(value), default: 0] += 1
        } else {
            negative[Self.bucket(-value), default: 0] += 1
        }
    }

    private static func bucket(_ value: Double) -> Int32 { Int32((log(value) / logGamma).rounded(.up)) }

    /// The middle of a bucket, as far from its lower end as from its upper one in proportion.
    private static func value(of bucket: Int32) -> Double { 2 * exp(Double(bucket) * logGamma) / (gamma + 1) }

    /// Nil if nothing was added.
    func value(at share: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        if !isApproximate { return exact.sorted()[rank - 1] }
        var seen = 0
        for (bucket, number) in negative.sorted(by: { $0.key > $1.key }) {
            seen += number
            if seen >= rank { return -Self.value(of: bucket) }
        }
        seen += zeros
        if seen >= rank { return 0 }
        for (bucket, number) in positive.sorted(by: { $0.key < $1.key }) {
            seen += number
            if seen >= rank { return Self.value(of: bucket) }
        }
        return nil
    }
}
