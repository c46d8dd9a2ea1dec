public import EventModel

/// An entity's score as it went up and down, and the crossing that stands.
///
/// Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay", ICDE 2009): the points are kept as of a moment, so that
/// nothing is rewritten as time passes, and two scores that are compared keep their order for ever.
public struct RiskScore: Sendable, Codable, Equatable {
    /// As of `at`.
    public internal(set) var points: Double = 0
    public internal(set) var at = Timestamp.distantPast
    /// The crossing that has not fallen below half of the threshold since.
    public internal(set) var crossing: RiskCrossing?
    /// The latest contributions, for the crossing that they may bring about.
    var latest: [RiskContribution] = []

    /// Adds a contribution that is not older than `at`. Answers the crossing that had ended before it.
    mutating func add(_ contribution: RiskContribution, to entity: RiskEntity, _ policy: RiskPolicy) -> RiskCrossing? {
        points = policy.decayed(points, from: at, to: contribution.at)
        at = max(at, contribution.at)
        var ended: RiskCrossing?
        if crossing != nil, points < policy.threshold / 2 {
            ended = crossing
            crossing = nil
        }
        points += policy.points(of: contribution)
        if crossing != nil {
            crossing?.add(contribution, points: points)
        } else if points >= policy.threshold {
            // What has decayed to nothing did not bring it about.
            let parts = latest.filter { policy.decayed(policy.points(of: $0), from: $0.at, to: at) >= policy.threshold / 100 }
            crossing = RiskCrossing(of: entity, by: contribution, after: parts, points: points)
        }
        if latest.count == Finding.maximumEvidence { latest.removeFirst() }
        latest.append(contribution)
        return ended
    }

    public func points(at time: Timestamp, _ policy: RiskPolicy) -> Double { policy.decayed(points, from: at, to: time) }

    /// Scores in the order of these are in their order at any time.
    func rank(_ policy: RiskPolicy) -> Double {
        points <= 0 ? -.infinity : RiskPolicy.logarithm(points) + Double(at.microseconds) / Double(max(1, policy.halfLife))
    }
}

/// A score that reached the threshold, until it falls below half of it.
public struct RiskCrossing: Sendable, Codable, Equatable {
    /// The uid of the finding that tells of it.
    public internal(set) var uid: String
    /// When the finding began that reached the threshold, and the latest that adds to it.
    public let raisedAt: Timestamp
    public private(set) var lastAt: Timestamp
    /// The findings that brought it about and that came since: the first and the latest, at most `Finding.maximumEvidence`.
    public private(set) var parts: [RiskContribution]
    /// How many there are in all.
    public private(set) var count: Int
    /// The highest score.
    public private(set) var peak: Double

    init(of entity: RiskEntity, by contribution: RiskContribution, after earlier: [RiskContribution], points: Double) {
        uid = HashText.hex(["risk", entity.field, entity.value, contribution.uid], bytes: 16)
        raisedAt = contribution.at
        lastAt = contribution.at
        parts = []
        count = 0
        peak = points
        for part in earlier + [contribution] { append(part) }
    }

    mutating func add(_ contribution: RiskContribution, points: Double) {
        append(contribution)
        lastAt = max(lastAt, contribution.at)
        peak = max(peak, points)
    }

    private mutating func append(_ contribution: RiskContribution) {
        count += 1
        if parts.count == Finding.maximumEvidence { parts.remove(at: Finding.maximumEvidence / 2) }
        parts.append(contribution)
    }
}
