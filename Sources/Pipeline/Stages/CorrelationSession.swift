import Alerting
import Detection
import EventModel
import Storage

/// The correlator and its shards, what it has concluded since the last commit, who is to be told of it, and that commit (D2).
actor CorrelationSession {
    /// With nothing new for so long, silence counts as the passing of event time, so that findings that wait for late events
    /// are not held for ever.
    static let idleBeforeAdvance: Int64 = 30_000_000
    /// Batches are counted together, so that there is work for every shard: until there are so many matches, some megabytes.
    static let matchesAtOnce = 32_768
    /// Changes by hand that are read at a time.
    private static let changesAtOnce = 1_000
    /// Drills whose marks are known: those of a day that has one a minute.
    private static let rememberedDrills = 1_440

    /// The rules in force; `detector` matches with them what comes with the matches of others.
    private var rules: RuleSet
    private var detector: Detector
    private var desk: NotificationDesk
    private var risk: RiskDesk
    private let writer: StoreWriter
    private var correlator: ShardedCorrelator
    private var extractor = MatchExtractor()
    /// Findings taken from the correlator and not committed yet, in the order in which they were first taken.
    private var taken: [String] = []
    private var findings: [String: Finding] = [:]
    private var raised: Set<String> = []
    private var committedThrough: Int64
    private var snapshotThrough: Int64
    private var needsSnapshot = false
    private var lastInput = Timestamp.now()
    private var advancedBy: Int64 = 0
    /// Differs when somebody else has written to the database.
    private var foreignChanges: Int64 = -1
    /// What people did, up to this change, the desks know.
    private var routedChanges: Int64?
    /// Of behavioural rules, by table: taken from the correlator and not committed yet.
    private var states: [String: StateChange] = [:]

    init(
        correlator: ShardedCorrelator, rules: RuleSet, desk: NotificationDesk, risk: RiskDesk, writer: StoreWriter,
        committedThrough: Int64
    ) {
        self.correlator = correlator
        self.rules = rules
        detector = Detector(ruleSet: rules)
        self.desk = desk
        self.risk = risk
        self.writer = writer
        self.committedThrough = committedThrough
        snapshotThrough = correlator.through
    }

    /// What `CorrelateStage` decides by.
    struct Standing: Sendable {
        /// Findings that nobody has been told of.
        var hasRaised: Bool
        /// Something that a commit of everything would write: states of findings, or a new position.
        var hasNews: Bool
        /// How many stored events a replay would have to read again.
        var eventsSinceSnapshot: Int64
        /// Somebody is to be told something, though nothing was found.
        var hasNotifications: Bool
        /// A conclusion was drawn from silence, which a replay cannot see.
        var wantsSnapshot: Bool
    }

    /// Every stored event up to this sequence number has been counted.
    private var through: Int64 { correlator.through }

    var standing: Standing {
        Standing(
            hasRaised: correlator.hasRaised || !raised.isEmpty,
            hasNews: correlator.hasChanges || !taken.isEmpty || through > committedThrough || risk.hasNews,
            eventsSinceSnapshot: through - snapshotThrough,
            hasNotifications: desk.hasNews(now: .now()) || risk.hasRaised,
            wantsSnapshot: needsSnapshot)
    }

    var liveGroups: Int { correlator.liveGroups }

    /// Goes over to other rules. A snapshot follows, so that a replay does not match with them what came before.
    func replace(rules next: RuleSet) {
        rules = next
        detector = Detector(ruleSet: next)
        correlator.replace(ruleSet: next)
        needsSnapshot = true
    }

    /// Counts stored batches, in the order of the store.
    /// - Parameter isMuted: their findings are in the store already (replay).
    func process(_ batches: [(stored: StoredBatch, found: RuleMatches)], isMuted: Bool = false) {
        if batches.isEmpty { return }
        lastInput = .now()
        advancedBy = 0
        var extracted: [MatchBatch] = []
        var matchCount = 0
        for (stored, found) in batches {
            let matches = found.ruleSet === rules ? found.matches : detector.detect(stored.batch)
            extracted.append(extractor.extract(stored, matches: matches, ruleSet: rules))
            matchCount += extracted[extracted.count - 1].events.count
            if matchCount >= Self.matchesAtOnce {
                correlator.count(extracted)
                extracted.removeAll(keepingCapacity: true)
                matchCount = 0
            }
        }
        correlator.count(extracted)
        // A replay is muted first, and then no more: nothing else waits to be taken yet.
        if isMuted { correlator.discardChanges() }
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
            if findings.updateValue(change.finding, forKey: uid) == nil { taken.append(uid) }
            if change.kind == .raised { raised.insert(uid) }
        }
    }

    /// What failed to be committed is kept, and what came since stands over it.
    private func takeStatePages() {
        let taken = correlator.takeStatePages()
        for (table, change) in taken {
            guard let former = states[table], !change.isWhole else {
                states[table] = change
                continue
            }
            var pages = Dictionary(former.pages.map { ($0.number, $0) }) { $1 }
            for page in change.pages { pages[page.number] = page }
            states[table] = StateChange(pages: Array(pages.values), isWhole: former.isWhole)
        }
        states = states.filter { taken[$0.key] != nil }
    }

    /// How much a commit writes.
    enum Scope: Sendable {
        /// The findings that nobody has been told of, and the deliveries that they owe. The position stays where it was committed
        /// last, since later states of known findings up to here are not written. That is safe: after a crash the replay from
        /// there raises the same findings under the same ids, which write the same rows again and owe the same deliveries.
        case raised
        /// All findings in their latest states, and the position.
        case everything
        /// The correlator's state as well.
        case snapshot
    }

    /// Findings, the deliveries they owe, and the position, in one transaction. On failure nothing is forgotten: what was taken
    /// from the correlator stays here for the next commit.
    func commit(_ scope: Scope) async throws {
        let position: Int64
        var snapshot: [UInt8]?
        switch scope {
        case .raised:
            take(correlator.takeRaised())
            position = committedThrough
        case .everything, .snapshot:
            take(correlator.takeChanges())
            position = through
            // After the taking: the state saved then has nothing left to tell.
            if scope == .snapshot {
                takeStatePages()
                snapshot = correlator.snapshot()
            }
        }
        let episodes = taken.compactMap { findings[$0] }
        let standings = try await writer.standings(ofEpisodes: episodes.map(\.uid))
        var current = episodes.map { TrackedFinding(episode: $0, standing: standings[$0.uid]) }
        risk.update(current)
        current += try await risk.findings(writer)
        let now = Timestamp.now()
        desk.update(current, now: now)
        let owed = desk.owed(now: now)
        do {
            try await writer.commit(
                CorrelationCommit(
                    findings: current, deliveries: owed.deliveries, groups: owed.groups, risk: risk.changes,
                    routedChanges: routedChanges, through: position, snapshot: snapshot,
                    states: snapshot == nil ? [:] : states))
        } catch let error as StoreError where error.code == .changed {
            // Somebody closed a finding, or opened it, since it was looked at: the desks may know one that will not be.
            risk = try await risk.reloaded(writer)
            desk = try await desk.reloaded(writer, now: now)
            routedChanges = nil
            foreignChanges = -1
            throw error
        }
        // Only `CorrelateStage` calls, one call at a time, so nothing has changed meanwhile.
        desk.committed()
        risk.committed()
        taken = []
        findings = [:]
        raised = []
        committedThrough = position
        if snapshot != nil {
            states = [:]
            snapshotThrough = position
            needsSnapshot = false
        }
    }

    /// Takes notice of the drills that were started: what carries their marks is told apart from here on.
    func acceptDrills(now: Timestamp) async throws {
        let drills = try await writer.drills(limit: Self.rememberedDrills)
        extractor.drills = DrillMarks(drills)
        if drills.contains(where: { $0.acceptedAt == nil }) { try await writer.acceptDrills(at: now) }
    }

    /// Looks what people have done since: with findings, of which some are to be told, with silences, and with drills.
    /// - Returns: whether somebody else has written to the database at all.
    func lookAround(now: Timestamp) async throws -> Bool {
        let changes = try await writer.foreignChanges()
        if changes == foreignChanges { return false }
        var known = max(try await writer.routedChanges(), routedChanges ?? 0)
        desk.silences = try await writer.silences(at: now).compactMap(Silence.init)
        try await acceptDrills(now: now)
        while true {
            let done = try await writer.handChanges(after: known, limit: Self.changesAtOnce)
            guard let last = done.last else { break }
            let concerned = Set(done.filter { $0.action != .note && $0.action != .step }.map(\.findingUID))
            let reopened = Set(done.filter { $0.action == .reopen }.map(\.findingUID))
            let findings = try await writer.findings(uids: concerned.sorted())
            desk.update(findings, reopened: reopened, now: now)
            risk.update(findings, reopened: reopened)
            known = last.number
            routedChanges = known
        }
        foreignChanges = changes
        return true
    }
}
