import Alerting
import Detection
import EventModel
import Storage

/// The correlator, what it has concluded since the last commit, and that commit (D2).
actor CorrelationSession {
    /// With nothing new for so long, silence counts as the passing of event time, so that findings that wait for late events
    /// are not held for ever.
    static let idleBeforeAdvance: Int64 = 30_000_000

    private let rules: RuleSet
    private let endpoints: [Webhook]
    private let writer: StoreWriter
    private var correlator: Correlator
    private var extractor = MatchExtractor()
    /// Findings raised or extended since the last commit, in the order in which they first changed.
    private var changed: [String] = []
    private var findings: [String: Finding] = [:]
    private var raised: Set<String> = []
    private var through: Int64
    private var committedThrough: Int64
    private var snapshotThrough: Int64
    private var needsSnapshot = false
    private var lastInput = Timestamp.now()
    private var advancedBy: Int64 = 0

    init(correlator: Correlator, rules: RuleSet, endpoints: [Webhook], writer: StoreWriter, committedThrough: Int64) {
        self.correlator = correlator
        self.rules = rules
        self.endpoints = endpoints
        self.writer = writer
        through = correlator.through
        self.committedThrough = committedThrough
        snapshotThrough = correlator.through
    }

    /// Findings that nobody has been told of.
    var hasRaised: Bool { !raised.isEmpty }
    /// Something that a commit would write: later states of known findings, or a new position.
    var hasNews: Bool { !changed.isEmpty || through > committedThrough }
    /// How many stored events a replay would have to read again.
    var eventsSinceSnapshot: Int64 { through - snapshotThrough }
    /// A conclusion was drawn from silence, which a replay cannot see.
    var wantsSnapshot: Bool { needsSnapshot }
    var liveGroups: Int { correlator.liveGroups }

    /// Counts a stored batch.
    /// - Parameter isMuted: its findings are in the store already (replay).
    func process(_ stored: StoredBatch, _ matches: [RuleMatch], isMuted: Bool = false) {
        lastInput = .now()
        advancedBy = 0
        let batch = extractor.extract(stored, matches: matches, ruleSet: rules)
        let changes = correlator.process(batch)
        through = max(through, batch.through)
        if !isMuted { take(changes) }
    }

    /// Lets silence speak, once it has lasted.
    func advanceIfIdle(now: Timestamp) {
        let idle = now - lastInput
        guard idle - advancedBy >= Self.idleBeforeAdvance, correlator.clock.latest > .distantPast else { return }
        let changes = correlator.advance(to: correlator.clock.latest + (idle - advancedBy))
        advancedBy = idle
        if !changes.isEmpty { needsSnapshot = true }
        take(changes)
    }

    private func take(_ changes: [FindingChange]) {
        for change in changes {
            let uid = change.finding.uid
            if findings.updateValue(change.finding, forKey: uid) == nil { changed.append(uid) }
            if change.kind == .raised { raised.insert(uid) }
        }
    }

    /// Findings, the deliveries they owe, and the position, in one transaction. On failure nothing is forgotten.
    func commit(withSnapshot: Bool) async throws {
        let (uids, position) = (changed, through)
        let snapshot = withSnapshot ? correlator.snapshot() : nil
        let current = uids.compactMap { findings[$0] }
        let now = Timestamp.now()
        let deliveries = current.filter { raised.contains($0.uid) }.flatMap {
            DeliveryRules.deliveries(for: $0, endpoints: endpoints, now: now)
        }
        try await writer.commit(
            CorrelationCommit(findings: current, deliveries: deliveries, through: position, snapshot: snapshot))
        // Only `CorrelateStage` calls, one call at a time, so nothing has changed meanwhile.
        changed = []
        findings = [:]
        raised = []
        committedThrough = position
        if snapshot != nil {
            snapshotThrough = position
            needsSnapshot = false
        }
    }
}
