import EventModel
import Storage
import Testing

@Suite("Outbox")
struct OutboxTests {
    private let store: TestStore
    private let writer: StoreWriter

    init() async throws {
        store = try TestStore()
        writer = try store.open().writer
        let (a, b) = (Findings.make(uid: "a"), Findings.make(uid: "b"))
        let deliveries = [
            Findings.delivery("a1", of: a, at: 10), Findings.delivery("a2", of: a, at: 20),
            Findings.delivery("b1", of: b, at: 15), Findings.delivery("a1-chat", of: a, endpoint: "chat", at: 10),
        ]
        try await writer.commit(CorrelationCommit(findings: [a, b].map(TrackedFinding.init), deliveries: deliveries, through: 1))
    }

    private func due(_ seconds: Int64, endpoint: String = "soc", limit: Int = 10) async throws -> [String] {
        try await writer.dueDeliveries(endpoint: endpoint, now: Timestamp(seconds: seconds), limit: limit).map(\.id)
    }

    private func record(_ id: String) async throws -> DeliveryRecord? {
        let reader = try store.reader()
        return try await (reader.deliveries(findingUID: "a") + reader.deliveries(findingUID: "b")).first { $0.id == id }
    }

    @Test func givesTheOldestOfEachFindingAndEndpoint() async throws {
        #expect(try await due(9) == [])
        #expect(try await due(10) == ["a1"])
        #expect(try await due(100) == ["a1", "b1"])
        #expect(try await due(100, limit: 1) == ["a1"])
        #expect(try await due(100, endpoint: "chat") == ["a1-chat"])
        #expect(try await due(100, endpoint: "nobody") == [])
        let now = Timestamp(seconds: 10)
        let first = try #require(try await writer.dueDeliveries(endpoint: "soc", now: now, limit: 1).first)
        #expect(
            first
                == DueDelivery(
                    id: "a1", endpoint: "soc", thread: "a", body: "{\"uid\":\"a\"}", attempts: 0,
                    createdAt: Timestamp(seconds: 10)))
    }

    @Test func deliveredOnesAreDoneAndTheNextFollows() async throws {
        #expect(try await writer.markDelivered("a1", at: Timestamp(seconds: 30)))
        #expect(try await due(100) == ["b1", "a2"])
        #expect(try await writer.markDelivered("a1", at: Timestamp(seconds: 31)) == false)
        #expect(try await writer.retryDelivery("a1", at: Timestamp(seconds: 31), error: "late") == false)
        let record = try #require(try await record("a1"))
        #expect(record.state == .delivered && record.attempts == 1 && record.deliveredAt == Timestamp(seconds: 30))
    }

    @Test func aRetryWaitsAndHoldsBackTheNextOne() async throws {
        #expect(try await writer.retryDelivery("a1", at: Timestamp(seconds: 500), error: "503 Service Unavailable"))
        #expect(try await due(499) == ["b1"])
        #expect(try await due(500) == ["b1", "a1"])
        let record = try #require(try await record("a1"))
        #expect(record.state == .pending && record.attempts == 1 && record.lastError == "503 Service Unavailable")
        let next = { (seconds: Int64) in
            try await writer.nextDeliveryDue(endpoint: "soc", after: Timestamp(seconds: seconds))
        }
        #expect(try await next(14) == Timestamp(seconds: 15))
        #expect(try await next(15) == Timestamp(seconds: 500))
        #expect(try await next(500) == nil)
    }

    @Test func anAbandonedOneNoLongerHoldsBackTheNext() async throws {
        #expect(try await writer.abandonDelivery("a1", error: "410 Gone"))
        #expect(try await due(100).contains("a2"))
        #expect(try await record("a1")?.state == .dead)
    }

    @Test func aDisabledEndpointKeepsWhatItIsOwed() async throws {
        try await writer.disableEndpoint("soc", reason: "410 Gone", at: Timestamp(seconds: 1))
        #expect(try await due(100) == [])
        #expect(try await due(100, endpoint: "chat") == ["a1-chat"])
        #expect(try await writer.nextDeliveryDue(endpoint: "soc", after: Timestamp(seconds: 0)) == nil)
        let stats = try await writer.outboxStats()
        #expect(stats.map(\.endpoint) == ["chat", "soc"])
        #expect(stats[1].disabledReason == "410 Gone" && stats[1].pending == 3 && stats[0].disabledReason == nil)
        #expect(try TriageStore(files: store.files).enableEndpoint("soc"))
        #expect(try await due(100) == ["a1", "b1"])
    }

    @Test func statsCountByState() async throws {
        try await writer.markDelivered("a1", at: Timestamp(seconds: 3))
        try await writer.abandonDelivery("b1", error: "400")
        let soc = try #require(try await store.reader().outboxStats().last)
        #expect(soc.pending == 1 && soc.delivered == 1 && soc.dead == 1 && soc.oldestPending == Timestamp(seconds: 20))
    }

    @Test func longErrorsAreCut() async throws {
        try await writer.retryDelivery("a1", at: Timestamp(seconds: 1), error: String(repeating: "x", count: 100_000))
        #expect(try await record("a1")?.lastError?.utf8.count == 1_024)
    }

    @Test func survivesARestart() async throws {
        try await writer.retryDelivery("a1", at: Timestamp(seconds: 700), error: "timeout")
        let reader = try store.reader()
        #expect(try await reader.deliveries(findingUID: "a").map(\.id) == ["a1", "a2", "a1-chat"])
        #expect(try await reader.deliveries(findingUID: "a").map(\.nextAt.microseconds) == [700_000_000, 20_000_000, 10_000_000])
    }
}
