public import EventModel

/// How findings add up to the risk of an entity.
public struct RiskPolicy: Sendable, Equatable {
    /// What a finding adds, by its rule's level.
    public var points = Dictionary(uniqueKeysWithValues: Level.allCases.map { ($0, $0.riskPoints) })
    /// The share of its points that a finding adds, by how sure it is.
    public var shares: [Confidence: Double] = [.low: 0.25, .medium: 0.5, .high: 1]
    /// Microseconds, above zero, after which points are worth half as much.
    public var halfLife: Int64 = 7 * 86_400_000_000
    /// Points, above zero, at which a finding of its own is raised. The next one is, after the score has been below half of them.
    public var threshold: Double = 100
    /// Level of that finding.
    public var level: Level = .high
    /// Beyond it, those of the lowest score are forgotten.
    public var maximumEntities = 100_000
    /// Of one entity; beyond it, the oldest are kept as a sum alone.
    public var maximumContributions = 256
    /// Of all entities; beyond it, those of the lowest score are forgotten. A contribution takes some hundred bytes.
    public var maximumTotal = 400_000

    public init() {}

    /// What a finding adds, as of when it began.
    public func points(of contribution: RiskContribution) -> Double {
        max(0, (points[contribution.level] ?? 0) * (shares[contribution.confidence] ?? 1))
    }

    /// What is left of points after some time.
    public func decayed(_ points: Double, from start: Timestamp, to end: Timestamp) -> Double {
        end <= start ? points : points * RiskPolicy.powerOfTwo(-Double(end - start) / Double(max(1, halfLife)))
    }

    /// After so many half-lives less than a thousandth is left.
    static let horizon: Int64 = 10
}
