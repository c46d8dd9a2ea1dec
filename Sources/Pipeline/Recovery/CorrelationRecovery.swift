import Alerting
import Detection
import EventModel
import Logging
import Storage

/// Brings the correlator back to where it was: its last snapshot, and the stored events since.
enum CorrelationRecovery {
    static func recover(
        store: EventStore, rules: RuleSet, desk: NotificationDesk, risk: RiskDesk, sources: [Source],
        lateness: Int64, shards: ShardCount, logger: Logger
    ) async throws -> CorrelationSession {
        let state = try await store.writer.engineState()
        let correlator = restored(state, rules: rules, lateness: lateness, shards: shards, logger: logger)
        let plan = ReplayPlan(snapshotThrough: correlator.through, correlatedThrough: state.correlatedThrough)
        let session = CorrelationSession(
            correlator: correlator, rules: rules, desk: desk, risk: risk, writer: store.writer,
            committedThrough: state.correlatedThrough)
        try await session.acceptDrills(now: .now())
        guard state.storedThrough > plan.replayAfter else { return session }
        let reader = try store.reader(sources: sources)
        let replayer = Replayer(session: session, rules: rules, plan: plan)
        let totals = try await reader.replay(after: plan.replayAfter, through: state.storedThrough) { await replayer.feed($0) }
        logger.info(
            "correlated what was stored since the last snapshot",
            metadata: [
                "events": "\(totals.events)", "after": "\(plan.replayAfter)", "through": "\(state.storedThrough)",
                "new": "\(max(0, state.storedThrough - plan.mutedThrough))",
            ])
        for damage in totals.damagedBlocks {
            logger.error("a block could not be read for correlation", metadata: ["block": "\(damage)"])
        }
        return session
    }

    private static func restored(
        _ state: EngineState, rules: RuleSet, lateness: Int64, shards: ShardCount, logger: Logger
    ) -> ShardedCorrelator {
        if let snapshot = state.snapshot {
            do {
                let correlator = try ShardedCorrelator(
                    restoring: snapshot, ruleSet: rules, lateness: lateness, pages: state.statePages)
                if shards.accepts(correlator.shardCount) { return correlator }
                logger.notice(
                    "the number of shards was changed; reading all stored events again",
                    metadata: ["before": "\(correlator.shardCount)", "now": "\(shards.atFirst)"])
            } catch {
                logger.warning(
                    "the correlator's snapshot cannot be used; reading all stored events again",
                    metadata: ["error": "\(error)"])
            }
        }
        return ShardedCorrelator(ruleSet: rules, lateness: lateness, shards: shards.atFirst)
    }
}

/// Feeds stored batches to the session, muted as far as the store knows their findings.
private actor Replayer {
    private let session: CorrelationSession
    private let plan: ReplayPlan
    private var detector: Detector

    init(session: CorrelationSession, rules: RuleSet, plan: ReplayPlan) {
        self.session = session
        self.plan = plan
        detector = Detector(ruleSet: rules)
    }

    func feed(_ stored: StoredBatch) async {
        let matches = RuleMatches(ruleSet: detector.ruleSet, matches: detector.detect(stored.batch))
        let muted = plan.mutedPrefix(of: stored.sequences)
        if muted == stored.sequences.count || muted == 0 {
            await session.process([(stored, matches)], isMuted: muted > 0)
        } else {
            // The last commit ended within this batch: its first part is known, its second is not.
            await session.process([(Self.part(stored) { $0 < muted }, matches)], isMuted: true)
            await session.process([(Self.part(stored) { $0 >= muted }, matches)])
        }
    }

    /// The batch with only some of its rows stored.
    private static func part(_ stored: StoredBatch, _ isIncluded: (Int) -> Bool) -> StoredBatch {
        StoredBatch(
            batch: stored.batch, sequences: stored.sequences.enumerated().map { isIncluded($0.offset) ? $0.element : 0 })
    }
}
