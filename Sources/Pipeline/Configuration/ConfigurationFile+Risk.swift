import Alerting
import EventModel
import LocatedYAML

extension ConfigurationFile {
    /// A score that is not reached in a life is as good as none, and one of fractions says nothing.
    private static let pointsRange = 0.0...1_000_000
    private static let thresholdRange = 1.0...1_000_000_000
    private static let halfLifeRange: ClosedRange<Int64> = 60_000_000...3_660 * 86_400_000_000

    /// `risk:`; the standard if it is not there, nil if it is switched off.
    static func risk(_ root: YAMLSection) -> RiskPolicy? {
        var policy = RiskPolicy()
        // `risk: off` is what people write.
        if let node = root.node("risk"), case .bool(let isOn) = node.scalar?.value { return isOn ? policy : nil }
        guard let section = root.section("risk") else { return policy }
        defer { section.finish() }
        if let points = section.section("points") {
            for level in Level.allCases {
                if let value = number(points, level.rawValue, in: pointsRange) { policy.points[level] = value }
            }
            points.finish()
        }
        if let shares = section.section("confidence") {
            for confidence in Confidence.allCases {
                if let value = number(shares, confidence.rawValue, in: 0...1) { policy.shares[confidence] = value }
            }
            shares.finish()
        }
        if let halfLife = section.duration("half_life") {
            if halfLifeRange.contains(halfLife) {
                policy.halfLife = halfLife
            } else {
                section.error("half_life", "\"half_life\" must be 1m to 3660d, not \(DurationText.text(halfLife))")
            }
        }
        if let threshold = number(section, "threshold", in: thresholdRange) { policy.threshold = threshold }
        if let level: Level = section.choice("level") { policy.level = level }
        return section.bool("enabled") == false ? nil : policy
    }

    private static func number(_ section: YAMLSection, _ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = section.double(key) else { return nil }
        guard range.contains(value) else {
            let bounds = [range.lowerBound, range.upperBound].map(RiskPolicy.text).joined(separator: " to ")
            section.error(key, "\"\(key)\" must be \(bounds), not \(RiskPolicy.text(value))")
            return nil
        }
        return value
    }
}
