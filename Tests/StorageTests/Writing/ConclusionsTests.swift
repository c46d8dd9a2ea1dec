import EventModel
import Storage
import Testing

@Suite("Correlation commits (D2)")
struct ConclusionsTests {
    @Test func findingsComeBackAsTheyWere() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        let findings = [Findings.make(uid: "a1", lastSeen: 10), Findings.make(uid: "b2", level: .low, lastSeen: 20)]
        try await writer.commit(CorrelationCommit(findings: findings.map(TrackedFinding.init), deliveries: [], through: 0))
        let reader = try store.reader()
        #expect(try await reader.findings().map(\.finding) == [findings[1], findings[0]])
        #expect(try await reader.finding(uid: "a1")?.finding == findings[0])
        #expect(try await reader.finding(uid: "a1")?.status == .new)
        #expect(try await reader.finding(uid: "a") == nil)
    }

    @Test func aNewVersionReplacesTheOldOneButNotItsState() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await writer.commit(CorrelationCommit(findings: [TrackedFinding(Findings.make(uid: "a"))], deliveries: [], through: 1))
        try store.connection().run("UPDATE findings SET state = 'closed', created_at = 42")
        let longer = Findings.make(uid: "a", count: 9, lastSeen: 3_000)
        try await writer.commit(CorrelationCommit(findings: [TrackedFinding(longer)], deliveries: [], through: 2))
        let stored = try #require(try await store.reader().finding(uid: "a"))
        #expect(stored.finding == longer && stored.status == .closed && stored.createdAt == Timestamp(microseconds: 42))
    }

    @Test func repeatingItChangesNothing() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        let finding = Findings.make(uid: "a")
        let commit = CorrelationCommit(
            findings: [TrackedFinding(finding)], deliveries: [Findings.delivery("d1", of: finding)], through: 9, snapshot: [1, 2, 3])
        try await writer.commit(commit)
        try await writer.markDelivered("d1", at: Timestamp(seconds: 5))
        try await writer.commit(commit)
        // Nor does a replay that has not caught up take the position back.
        try await writer.commit(CorrelationCommit(findings: [], deliveries: [], through: 4))
        let engine = try await writer.engineState()
        #expect(engine.correlatedThrough == 9 && engine.snapshot == [1, 2, 3] && engine.snapshotSequence == 9)
        #expect(try await writer.dueDeliveries(endpoint: "soc", now: .distantFuture, limit: 10) == [])
        #expect(try await store.reader().findings().count == 1)
    }

    private static func filter(_ change: (inout FindingFilter) -> Void) -> FindingFilter {
        var filter = FindingFilter()
        change(&filter)
        return filter
    }

    @Test(arguments: [
        ("all", filter { _ in }, ["c", "b2", "b1", "a"]),
        ("prefix", filter { $0.uidPrefix = "b" }, ["b2", "b1"]),
        ("a wildcard is a character", filter { $0.uidPrefix = "%" }, []),
        ("rule", filter { $0.rule = "other" }, ["b1"]),
        ("level", filter { $0.minimumLevel = .high }, ["c", "b1"]),
        ("state", filter { $0.statuses = [.closed] }, ["a"]),
        ("since", filter { $0.since = Timestamp(seconds: 30) }, ["c", "b2"]),
        ("until", filter { $0.until = Timestamp(seconds: 30) }, ["b1", "a"]),
        ("limit", filter { $0.limit = 1 }, ["c"]),
    ] as [(String, FindingFilter, [String])])
    func filters(_ name: String, filter: FindingFilter, expected: [String]) async throws {
        let store = try TestStore()
        let findings = [
            Findings.make(uid: "a", level: .low, lastSeen: 10), Findings.make(uid: "b1", rule: "other", lastSeen: 20),
            Findings.make(uid: "b2", level: .medium, lastSeen: 30), Findings.make(uid: "c", level: .critical, lastSeen: 40),
        ]
        try await store.open().writer.commit(CorrelationCommit(findings: findings.map(TrackedFinding.init), deliveries: [], through: 1))
        try store.connection().run("UPDATE findings SET state = 'closed' WHERE uid = 'a'")
        #expect(try await store.reader().findings(filter).map(\.finding.uid) == expected)
    }

    @Test func heartbeatIsTheLastOneWritten() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        #expect(try await store.reader().heartbeat() == nil)
        var heartbeat = Heartbeat(pid: 7, startedAt: Timestamp(seconds: 1), updatedAt: Timestamp(seconds: 1), status: "{}")
        try await writer.write(heartbeat)
        heartbeat.updatedAt = Timestamp(seconds: 2)
        heartbeat.status = "{\"lanes\":1}"
        try await writer.write(heartbeat)
        #expect(try await store.reader().heartbeat() == heartbeat)
    }
}
