package import Alerting
package import EventModel
package import Storage

/// Counts the risk of entities, and says what of it a commit has to write. That waits here until it is committed.
package struct RiskDesk: Sendable {
    private var risk: EntityRisk
    /// Switched off, nothing is counted any more; what people take back is taken out all the same.
    private let isOn: Bool
    /// What was raised, by the uid that the risk knows it by: that of the first finding of its episode.
    private var told: [String: EntityRisk.RaisedRisk] = [:]
    private var withdrawn: Set<String> = []
    private var changed: Set<RiskEntity> = []

    private init(_ risk: EntityRisk, isOn: Bool) {
        self.risk = risk
        self.isOn = isOn
    }

    /// As the store has it.
    /// - Parameter policy: nil: switched off.
    package static func restored(_ policy: RiskPolicy?, writer: StoreWriter) async throws -> RiskDesk {
        // What cannot be read was written by a later version, or is damaged: that entity is counted anew.
        let states = try await writer.entityRisk().compactMap { EntityRiskState(json: $0.state) }
        var desk = RiskDesk(EntityRisk(policy: policy ?? RiskPolicy(), restoring: states), isOn: policy != nil)
        if desk.isOn { desk.take(desk.risk.recount()) }
        return desk
    }

    /// As the store has it, without what waits for a commit.
    package func reloaded(_ writer: StoreWriter) async throws -> RiskDesk {
        try await .restored(isOn ? risk.policy : nil, writer: writer)
    }

    /// Whether a commit would write something.
    package var hasNews: Bool { !changed.isEmpty || hasRaised }
    /// Whether somebody may have to be told.
    package var hasRaised: Bool { !told.isEmpty || !withdrawn.isEmpty }

    // MARK: - What happens

    /// What correlation concluded.
    package mutating func update(_ tracked: [TrackedFinding]) {
        for tracked in tracked { update(NotifiedFinding(tracked), mayAdd: true) }
    }

    /// What people did. What was not counted before is only if it is opened again: it may be older than the counting.
    package mutating func update(_ stored: [StoredFinding], reopened: Set<String>) {
        for stored in stored { update(NotifiedFinding(stored), mayAdd: reopened.contains(stored.finding.uid)) }
    }

    private mutating func update(_ notified: NotifiedFinding, mayAdd: Bool) {
        guard Self.isOfRisk(notified) else { return }
        if EntityRisk.counts(notified), !isOn || !mayAdd { return }
        take(risk.update(notified))
    }

    /// Which findings are about entities at all: none of drills, and none about the daemon's own health. (`EntityRisk` leaves out
    /// those that it has raised itself.)
    private static func isOfRisk(_ notified: NotifiedFinding) -> Bool {
        !notified.isDrill && !notified.finding.rule.isOfHealth
    }

    private mutating func take(_ changes: EntityRisk.Changes) {
        changed.formUnion(changes.entities)
        for uid in changes.withdrawn where isOn {
            told[uid] = nil
            withdrawn.insert(uid)
        }
        for raised in changes.told where isOn {
            withdrawn.remove(raised.finding.uid)
            told[raised.finding.uid] = raised
        }
    }

    // MARK: - Commits

    /// The findings of risk that a commit has to write, as they are to stand.
    package func findings(_ writer: StoreWriter) async throws -> [TrackedFinding] {
        if !hasRaised { return [] }
        let standings = try await writer.standings(ofEpisodes: told.keys.sorted() + withdrawn.sorted())
        var findings = told.sorted { $0.key < $1.key }.compactMap { uid, raised in tracked(raised, standings[uid]) }
        for episode in withdrawn.sorted() {
            // One that was never stored is nobody's business, and one that is closed is done with.
            guard let standing = standings[episode], standing.status != .closed,
                let stored = try await writer.findings(uids: [standing.uid]).first
            else { continue }
            var tracked = TrackedFinding(RiskCrossing.withdrawn(stored.finding))
            tracked.episode = episode
            tracked.standing = standing
            findings.append(tracked)
        }
        return findings
    }

    /// Nil if it adds too little to one that was closed to be told as another: what brought that one about was dealt with.
    private func tracked(_ raised: EntityRisk.RaisedRisk, _ standing: EpisodeStanding?) -> TrackedFinding? {
        let tracked = TrackedFinding(episode: raised.finding, standing: standing)
        guard tracked.isNext, let since = tracked.since else { return tracked }
        let added = risk.state(of: raised.entity)?.pointsAdded(after: since, risk.policy) ?? 0
        return added >= risk.policy.threshold / 2 ? tracked : nil
    }

    /// The rows that a commit has to write.
    package var changes: [EntityRiskChange] {
        changed.sorted().map { entity in
            let row = risk.state(of: entity).map { state in
                EntityRiskRow(
                    field: entity.field, value: entity.value, findings: state.count, points: state.score.points,
                    at: state.score.at, state: state.json)
            }
            return EntityRiskChange(field: entity.field, value: entity.value, row: row)
        }
    }

    package mutating func committed() {
        told = [:]
        withdrawn = []
        changed = []
    }
}
