public import EventModel

/// The risk of every entity: findings add points, which halve with time; a score that reaches the threshold raises a finding.
///
/// The outcome is that of the set of findings: in whatever order they come, and however often, the same crossings stand in the
/// end, as long as an entity has no more findings than are kept one by one. Only their uids can differ, since one that was told
/// keeps its uid (`RiskName`). Times are those of the findings; there is no clock.
public struct EntityRisk: Sendable {
    /// What an update led to.
    public struct Changes: Sendable, Equatable {
        /// Findings of risk that are new, or that more or other findings contribute to.
        public var told: [RaisedRisk] = []
        /// Uids of findings of risk that no longer stand: what they rested on was taken out, or turned out to be otherwise.
        public var withdrawn: [String] = []
        /// The entities whose rows have changed, or are gone.
        public var entities: Set<RiskEntity> = []

        public init() {}

        fileprivate mutating func add(_ outcome: EntityRiskState.Outcome, of entity: RiskEntity) {
            told += outcome.told.map { RaisedRisk(entity: entity, finding: $0) }
            withdrawn += outcome.withdrawn
            entities.insert(entity)
        }
    }

    /// A finding of risk, and whose it is.
    public struct RaisedRisk: Sendable, Equatable {
        public var entity: RiskEntity
        public var finding: Finding
    }

    public let policy: RiskPolicy
    private var states: [RiskEntity: EntityRiskState] = [:]
    /// Contributions of all states.
    private var total = 0

    public init(policy: RiskPolicy = RiskPolicy(), restoring rows: some Sequence<EntityRiskState> = []) {
        self.policy = policy
        for row in rows { set(row.entity, row) }
    }

    private mutating func set(_ entity: RiskEntity, _ state: EntityRiskState?) {
        let known = states[entity]?.weight ?? 0
        states[entity] = state
        total += (state?.weight ?? 0) - known
    }

    /// Counts a finding as it stands: one that is closed as a false positive, as benign or as a test is taken out, one that is
    /// opened again counts again. What is known already changes nothing. What it tells of risk itself does not add to risk.
    public mutating func update(_ notified: NotifiedFinding) -> Changes {
        let finding = notified.finding
        var changes = Changes()
        guard finding.rule.id != RiskCrossing.ruleID else { return changes }
        for entity in RiskEntity.entities(of: finding) {
            var state = states[entity] ?? EntityRiskState(entity)
            let outcome = EntityRisk.counts(notified)
                ? state.add(RiskContribution(finding), policy) : state.remove(uid: finding.uid, policy)
            guard outcome.isChanged else { continue }
            set(entity, state.isEmpty ? nil : state)
            changes.add(outcome, of: entity)
        }
        forgetLowest(&changes)
        return changes
    }

    /// Counts anew what was restored, as the policy has it now. With the policy that it was counted by, nothing changes.
    public mutating func recount() -> Changes {
        var changes = Changes()
        for entity in states.keys.sorted() {
            guard var state = states[entity] else { continue }
            let outcome = state.recount(policy)
            guard outcome.isChanged else { continue }
            set(entity, state)
            changes.add(outcome, of: entity)
        }
        forgetLowest(&changes)
        return changes
    }

    /// Whether a finding counts as it stands with the people who look at it.
    public static func counts(_ notified: NotifiedFinding) -> Bool {
        guard notified.status == .closed else { return true }
        switch notified.verdict {
        case .falsePositive, .benign, .test: return false
        case .truePositive, .inconclusive, nil: return true
        }
    }

    /// Some at once, so that it costs little for each.
    private mutating func forgetLowest(_ changes: inout Changes) {
        let (maximum, maximumTotal) = (max(1, policy.maximumEntities), max(1, policy.maximumTotal))
        guard states.count > maximum || total > maximumTotal && states.count > 1 else { return }
        let ranked = states.map { (entity: $0.key, rank: $0.value.score.rank(policy)) }.sorted { a, b in
            a.rank == b.rank ? a.entity < b.entity : a.rank < b.rank
        }
        for row in ranked.dropLast() {
            if states.count <= maximum - maximum / 16, total <= maximumTotal - maximumTotal / 16 { break }
            set(row.entity, nil)
            changes.entities.insert(row.entity)
        }
    }

    // MARK: Asking

    /// The row of an entity; nil if it has none, any more.
    public func state(of entity: RiskEntity) -> EntityRiskState? { states[entity] }

    public func points(of entity: RiskEntity, at time: Timestamp) -> Double {
        states[entity]?.score.points(at: time, policy) ?? 0
    }

    public var count: Int { states.count }

    /// Those of the highest scores, the highest first.
    public func ranking(limit: Int) -> [EntityRiskState] {
        let ranked = states.values.map { (state: $0, rank: $0.score.rank(policy)) }.sorted { a, b in
            a.rank == b.rank ? a.state.entity < b.state.entity : a.rank > b.rank
        }
        return ranked.prefix(max(0, limit)).map(\.state)
    }
}
