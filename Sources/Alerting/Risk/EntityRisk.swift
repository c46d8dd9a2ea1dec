public import EventModel

/// The risk of every entity: findings add points, which halve with time; a score that reaches the threshold raises a finding.
///
/// The outcome is that of the set of findings: in whatever order they come, and however often, the same crossings stand in the
/// end, as long as an entity has no more findings than are kept one by one. Times are those of the findings; there is no clock.
public struct EntityRisk: Sendable {
    /// What an update led to.
    public struct Changes: Sendable, Equatable {
        /// Findings of risk that are new, or that more or other findings contribute to.
        public var told: [Finding] = []
        /// Uids of findings of risk that no longer stand: what they rested on was taken out, or turned out to be otherwise.
        public var withdrawn: [String] = []
        /// The entities whose rows have changed, or are gone.
        public var entities: Set<RiskEntity> = []

        public init() {}
    }

    public let policy: RiskPolicy
    private var states: [RiskEntity: EntityRiskState] = [:]

    public init(policy: RiskPolicy = RiskPolicy(), restoring rows: some Sequence<EntityRiskState> = []) {
        self.policy = policy
        for row in rows { states[row.entity] = row }
    }

    /// Counts a finding as it stands: one that is closed as a false positive, as benign or as a test is taken out, one that is
    /// opened again counts again. What is known already changes nothing. Findings of risk do not add to risk.
    public mutating func update(_ notified: NotifiedFinding, confidence: Confidence = .high) -> Changes {
        let finding = notified.finding
        var changes = Changes()
        guard finding.kind != RiskCrossing.kind else { return changes }
        for entity in RiskEntity.entities(of: finding) {
            var state = states[entity] ?? EntityRiskState(entity)
            let outcome = EntityRisk.counts(notified)
                ? state.add(RiskContribution(finding, confidence: confidence), policy) : state.remove(uid: finding.uid, policy)
            guard outcome.isChanged else { continue }
            states[entity] = state.isEmpty ? nil : state
            changes.told += outcome.told
            changes.withdrawn += outcome.withdrawn
            changes.entities.insert(entity)
        }
        forgetLowest(&changes)
        return changes
    }

    private static func counts(_ notified: NotifiedFinding) -> Bool {
        guard notified.status == .closed else { return true }
        switch notified.verdict {
        case .falsePositive, .benign, .test: return false
        case .truePositive, .inconclusive, nil: return true
        }
    }

    /// Some at once, so that it costs little for each.
    private mutating func forgetLowest(_ changes: inout Changes) {
        let maximum = max(1, policy.maximumEntities)
        guard states.count > maximum else { return }
        let ranked = states.map { (entity: $0.key, rank: $0.value.score.rank(policy)) }.sorted { a, b in
            a.rank == b.rank ? a.entity < b.entity : a.rank < b.rank
        }
        for row in ranked.prefix(states.count - maximum + maximum / 16) {
            states[row.entity] = nil
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
