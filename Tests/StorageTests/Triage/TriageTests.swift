import EventModel
import Storage
import Testing

@Suite("Triage")
struct TriageTests {
    private let store: TestStore
    private let writer: StoreWriter
    private let triage: TriageStore

    /// While the writer has the store open, as siemd has.
    init() async throws {
        store = try TestStore()
        writer = try store.open().writer
        let findings = [Findings.make(uid: "a", lastSeen: 10), Findings.make(uid: "b", level: .low, lastSeen: 20)]
        try await writer.commit(
            CorrelationCommit(
                findings: findings.map(TrackedFinding.init), deliveries: [Findings.delivery("d1", of: findings[0], at: 10)],
                through: 1))
        triage = try TriageStore(files: store.files)
    }

    private func stored(_ uid: String) async throws -> StoredFinding? { try await store.reader().finding(uid: uid) }

    private func apply(_ change: TriageStore.Change, _ uid: String = "a", at seconds: Int64 = 100) throws {
        try triage.apply(change, to: uid, by: "dana", at: Timestamp(seconds: seconds))
    }

    @Test func aFindingIsTakenClosedAndOpenedAgain() async throws {
        try apply(.acknowledge)
        try apply(.assign("omar"))
        #expect(try await stored("a")?.status == .acknowledged)
        #expect(try await stored("a")?.assignee == "omar")
        try apply(.close(.falsePositive, reason: "a test account"), at: 200)
        let closed = try #require(try await stored("a"))
        #expect(closed.status == .closed && closed.verdict == .falsePositive && closed.closedAt == Timestamp(seconds: 200))
        try apply(.reopen(reason: "it was not"), at: 300)
        let opened = try #require(try await stored("a"))
        #expect(opened.status == .new && opened.verdict == nil && opened.closedAt == nil)
        #expect(try await stored("b")?.status == .new)
        let changes = try await store.reader().handChanges(findingUID: "a")
        #expect(changes.map(\.action) == [.acknowledge, .assign, .close, .reopen])
        #expect(changes.map(\.detail) == ["", "omar", "false_positive: a test account", "it was not"])
        #expect(changes.allSatisfy { $0.who == "dana" })
        #expect(try await writer.handChanges(after: changes[1].number, limit: 10) == Array(changes[2...]))
    }

    @Test(arguments: [
        ("no such finding", [], .acknowledge, "x"),
        ("twice", [.acknowledge], .acknowledge, "a"),
        ("closed twice", [.close(.benign, reason: "")], .close(.benign, reason: ""), "a"),
        ("acknowledged when closed", [.close(.benign, reason: "")], .acknowledge, "a"),
        ("opened when open", [], .reopen(reason: ""), "a"),
        ("a long note", [], .note(String(repeating: "x", count: TriageStore.maximumText + 1)), "a"),
    ] as [(String, [TriageStore.Change], TriageStore.Change, String)])
    func makesNoSense(
        _ name: String, before: [TriageStore.Change], change: TriageStore.Change, uid: String
    ) async throws {
        for change in before { try apply(change) }
        #expect(throws: TriageError.self) { try apply(change, uid) }
        #expect(try await store.reader().handChanges(findingUID: "a").count == before.count)
    }

    @Test func whatHappensAfterTheClosingIsTheNextFinding() async throws {
        try apply(.close(.truePositive, reason: ""), at: 15)
        let standing = try await writer.standings(ofEpisodes: ["a", "c"])
        #expect(standing.keys.sorted() == ["a"])
        let longer = Findings.make(uid: "a", count: 7, lastSeen: 30)
        let next = TrackedFinding(episode: longer, standing: standing["a"])
        try await writer.commit(CorrelationCommit(findings: [next], deliveries: [], through: 2))
        let stored = try #require(try await stored("a-2"))
        #expect(stored.status == .new && stored.previous == "a" && stored.finding.count == 2)
        #expect(try await self.stored("a")?.finding.count == 5)
        #expect(try await writer.standings(ofEpisodes: ["a"])["a"]?.uid == "a-2")
        // Two open findings of one episode would share its events.
        #expect(throws: TriageError.self) { try apply(.reopen(reason: "")) }
    }

    @Test func whatWasChangedMeanwhileIsLookedAtAgain() async throws {
        let standing = try await writer.standings(ofEpisodes: ["a"])
        try apply(.close(.benign, reason: ""), at: 15)
        let late = TrackedFinding(episode: Findings.make(uid: "a", count: 7, lastSeen: 30), standing: standing["a"])
        await #expect(throws: StoreError.self) {
            try await writer.commit(CorrelationCommit(findings: [late], deliveries: [], through: 2))
        }
        #expect(try await stored("a")?.finding.count == 5)
    }

    @Test func silencesEndByThemselvesOrByHand() async throws {
        func silence(_ id: String, _ start: Int64, _ end: Int64) -> StoredSilence {
            StoredSilence(
                id: id, matchers: "level=\"low\"", startsAt: Timestamp(seconds: start), endsAt: Timestamp(seconds: end),
                createdBy: "dana", reason: "maintenance", createdAt: Timestamp(seconds: start))
        }
        try triage.add(silence("s1", 10, 20))
        try triage.add(silence("s2", 5, 100))
        #expect(try await writer.silences(at: Timestamp(seconds: 15)).map(\.id) == ["s2", "s1"])
        #expect(try await writer.silences(at: Timestamp(seconds: 20)) == [silence("s2", 5, 100)])
        try triage.expireSilence("s2", at: Timestamp(seconds: 30))
        #expect(try await store.reader().silences(endingAfter: Timestamp(seconds: 30)).isEmpty)
        #expect(throws: TriageError.self) { try triage.expireSilence("s2", at: Timestamp(seconds: 31)) }
        #expect(throws: TriageError.self) { try triage.expireSilence("s3", at: Timestamp(seconds: 31)) }
    }

    @Test func deliveriesAreSentAgainUnderTheirIds() async throws {
        func due() async throws -> [String] {
            try await writer.dueDeliveries(endpoint: "soc", now: Timestamp(seconds: 1_000), limit: 9).map(\.id)
        }
        #expect(try await writer.abandonDelivery("d1", error: "400"))
        #expect(try await due() == [])
        try triage.retryDelivery("d1", at: Timestamp(seconds: 500))
        #expect(try await due() == ["d1"])
        #expect(try await writer.markDelivered("d1", at: Timestamp(seconds: 600)))
        #expect(throws: TriageError.self) { try triage.retryDelivery("d1") }
        #expect(try triage.replayDeliveries(endpoint: "soc", since: Timestamp(seconds: 11)) == 0)
        #expect(try triage.replayDeliveries(endpoint: "soc", since: Timestamp(seconds: 10), at: Timestamp(seconds: 700)) == 1)
        #expect(try await due() == ["d1"])
        try await writer.disableEndpoint("soc", reason: "410", at: Timestamp(seconds: 1))
        #expect(try triage.enableEndpoint("soc"))
        #expect(try triage.enableEndpoint("soc") == false)
    }

    @Test func rulesAreJudgedByTheirFindings() async throws {
        try apply(.close(.falsePositive, reason: ""))
        try apply(.close(.truePositive, reason: ""), "b")
        let verdicts = try await store.reader().verdicts()
        #expect(verdicts.map(\.rule) == ["brute_force"])
        #expect(verdicts.first?.falsePositiveRatio == 0.5)
        #expect(verdicts.first?.open == 0)
    }

    private static func filter(_ change: (inout FindingFilter) -> Void) -> FindingFilter {
        var filter = FindingFilter()
        change(&filter)
        return filter
    }

    @Test(arguments: [
        ("by risk", filter { $0.order = .risk }, ["a", "b"]), ("the latest first", filter { _ in }, ["b", "a"]),
        ("who or where", filter { $0.entity = "ana@example.com" }, ["b", "a"]), ("nobody", filter { $0.entity = "x" }, []),
        ("assignee", filter { $0.assignee = "omar" }, ["b"]), ("verdict", filter { $0.verdict = .benign }, ["a"]),
    ] as [(String, FindingFilter, [String])])
    func filters(_ name: String, filter: FindingFilter, uids: [String]) async throws {
        try apply(.assign("omar"), "b")
        try apply(.close(.benign, reason: ""))
        #expect(try await store.reader().findings(filter).map(\.finding.uid) == uids)
    }
}
