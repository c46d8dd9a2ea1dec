import EventModel

/// What is kept of one entity: one row of a table.
public struct EntityRiskState: Sendable, Codable, Equatable {
    public let entity: RiskEntity
    /// The score of what is no longer kept one by one.
    public private(set) var base = RiskScore()
    /// In their order in time, none older than `base`.
    public private(set) var contributions: [RiskContribution] = []
    /// The score after all of them.
    public private(set) var score = RiskScore()

    init(_ entity: RiskEntity) { self.entity = entity }

    /// Nothing is known of it that could ever count.
    var isEmpty: Bool { contributions.isEmpty && base.points <= 0 }

    /// What happened with the findings that tell of this entity.
    struct Outcome {
        var told: [Finding] = []
        var withdrawn: [String] = []
        var isChanged = false
    }

    /// Counts a finding, once however often it comes. One older than what is kept one by one is left out: whether it has been
    /// counted is forgotten.
    mutating func add(_ contribution: RiskContribution, _ policy: RiskPolicy) -> Outcome {
        var changed = contributions
        if let index = changed.firstIndex(where: { $0.uid == contribution.uid }) {
            changed[index].merge(contribution)
        } else if contribution.at > base.at {
            changed.append(contribution)
        }
        return replace(with: changed, policy)
    }

    /// Takes a finding out, as if it had never been.
    mutating func remove(uid: String, _ policy: RiskPolicy) -> Outcome {
        replace(with: contributions.filter { $0.uid != uid }, policy)
    }

    private mutating func replace(with changed: [RiskContribution], _ policy: RiskPolicy) -> Outcome {
        guard changed != contributions else { return Outcome() }
        let before = crossings(policy)
        contributions = changed.sorted(by: RiskContribution.precedes)
        let after = crossings(policy)
        score = after.score
        // What the crossings rest on is kept with `base`, and once is enough.
        score.latest = []
        var outcome = Outcome(isChanged: true)
        outcome.told = after.all.filter { !before.all.contains($0) }.map { $0.finding(of: entity, policy) }
        let uids = Set(after.all.map(\.uid))
        outcome.withdrawn = before.all.map(\.uid).filter { !uids.contains($0) }
        fold(policy)
        return outcome
    }

    /// Every crossing since `base`, one after the other.
    private func crossings(_ policy: RiskPolicy) -> (all: [RiskCrossing], score: RiskScore) {
        var score = base
        var all: [RiskCrossing] = []
        for contribution in contributions {
            if let ended = score.add(contribution, to: entity, policy) { all.append(ended) }
        }
        if let crossing = score.crossing { all.append(crossing) }
        return (all, score)
    }

    /// Keeps as a sum what is too much, or too old to be worth a line.
    private mutating func fold(_ policy: RiskPolicy) {
        guard let newest = contributions.last else { return }
        let (age, overflow) = policy.halfLife.multipliedReportingOverflow(by: RiskPolicy.horizon)
        let old = overflow ? 0 : contributions.prefix { newest.at - $0.at > age }.count
        let folded = max(old, contributions.count - max(1, policy.maximumContributions))
        guard folded > 0 else { return }
        for contribution in contributions.prefix(folded) { _ = base.add(contribution, to: entity, policy) }
        contributions.removeFirst(folded)
    }
}
