public import EventModel

/// What is kept of one entity: one row of a table.
public struct EntityRiskState: Sendable, Codable, Equatable {
    public let entity: RiskEntity
    /// The score of what is no longer kept one by one.
    public private(set) var base = RiskScore()
    /// How many findings that was of.
    public private(set) var folded = 0
    /// In their order in time, none older than `base`.
    public private(set) var contributions: [RiskContribution] = []
    /// The score after all of them.
    public private(set) var score = RiskScore()
    /// The crossings since `base`, as they were told.
    private var names: [RiskName] = []

    init(_ entity: RiskEntity) { self.entity = entity }

    /// Nothing is known of it that could ever count.
    var isEmpty: Bool { contributions.isEmpty && base.points <= 0 }

    /// How many findings were counted, those included that are kept as a sum.
    public var count: Int { folded + contributions.count }

    /// How many contributions it holds in memory.
    var weight: Int { contributions.count + base.latest.count }

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
        let before = evaluated(policy).all
        contributions = changed.sorted(by: RiskContribution.precedes)
        return conclude(evaluated(policy), policy) { !before.contains($0) }
    }

    /// Reads what is kept by a policy that may be another than before. What was folded stays as it was counted.
    mutating func recount(_ policy: RiskPolicy) -> Outcome {
        let known = self
        var outcome = conclude(evaluated(policy), policy) { crossing in !known.names.contains { $0.uid == crossing.uid } }
        outcome.isChanged = self != known
        return outcome
    }

    private mutating func conclude(
        _ after: (all: [RiskCrossing], score: RiskScore), _ policy: RiskPolicy, isNews: (RiskCrossing) -> Bool
    ) -> Outcome {
        var outcome = Outcome(isChanged: true)
        outcome.told = after.all.filter(isNews).map { $0.finding(of: entity, policy) }
        let uids = Set(after.all.map(\.uid))
        outcome.withdrawn = names.map(\.uid).filter { !uids.contains($0) }
        score = after.score
        // What the crossings rest on is kept with `base`, and once is enough.
        score.latest = []
        names = after.all.map(RiskName.init)
        fold(policy)
        return outcome
    }

    /// Every crossing since `base`, one after the other. Only the last one can still stand (`score.crossing`).
    public func crossings(_ policy: RiskPolicy) -> [RiskCrossing] { evaluated(policy).all }

    private func evaluated(_ policy: RiskPolicy) -> (all: [RiskCrossing], score: RiskScore) {
        var score = base
        var all: [RiskCrossing] = []
        for contribution in contributions {
            if let ended = score.add(contribution, to: entity, policy) { all.append(ended) }
        }
        if let crossing = score.crossing { all.append(crossing) }
        all.take(names)
        if score.crossing != nil { score.crossing = all.last }
        return (all, score)
    }

    /// The score as it was, or will be without further findings. Before what is kept one by one nothing is known.
    public func points(at time: Timestamp, _ policy: RiskPolicy) -> Double {
        let old = base.at <= time ? base.points(at: time, policy) : 0
        return contributions.reduce(old) { sum, contribution in
            contribution.at > time
                ? sum : sum + policy.decayed(policy.points(of: contribution), from: contribution.at, to: time)
        }
    }

    /// What findings that began after a time have added, each as of when it began.
    public func pointsAdded(after time: Timestamp, _ policy: RiskPolicy) -> Double {
        contributions.reduce(0) { $1.at > time ? $0 + policy.points(of: $1) : $0 }
    }

    /// Keeps as a sum what is too much, or too old to be worth a line.
    private mutating func fold(_ policy: RiskPolicy) {
        guard let newest = contributions.last else { return }
        let (age, overflow) = policy.halfLife.multipliedReportingOverflow(by: RiskPolicy.horizon)
        let old = overflow ? 0 : contributions.prefix { newest.at - $0.at > age }.count
        let number = max(old, contributions.count - max(1, policy.maximumContributions))
        guard number > 0 else { return }
        for contribution in contributions.prefix(number) { _ = base.add(contribution, to: entity, policy) }
        contributions.removeFirst(number)
        folded += number
        if let crossing = base.crossing, let name = names.first(where: { $0.isOf(crossing) }) { base.crossing?.uid = name.uid }
        // A crossing that was over by then is not looked at again.
        let (end, open) = (base.at, base.crossing?.uid)
        names.removeAll { $0.through <= end && $0.uid != open }
    }
}
