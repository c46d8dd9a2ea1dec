import EventModel
import Matching
import Storage
import TestSupport
import Testing

@Suite("Search")
struct SearchTests {
    /// A store of several blocks whose spans of time overlap, and all of its events.
    private func filled(blocks: Int = 8) async throws -> (TestStore, [FoundEvent]) {
        let store = try TestStore(seed: 11)
        let writer = try store.open().writer
        for _ in 0..<blocks {
            try await writer.commit(EventCommit(batches: [store.events.batch(40, shapes: AuditEvents.Shape.allCases)]))
        }
        return (store, try await store.reader().allEvents())
    }

    private static func newestFirst(_ a: FoundEvent, _ b: FoundEvent) -> Bool {
        (a.event.time, a.sequence) > (b.event.time, b.sequence)
    }

    @Test(arguments: [1, 2, 7, 63, 64, 65, 200, 10_000])
    func theNewestComeFirst(_ limit: Int) async throws {
        let (store, all) = try await filled()
        let result = try await store.reader().search(SearchRequest(.constant(true), limit: limit))
        #expect(result.events.map(\.sequence) == all.sorted(by: Self.newestFirst).prefix(limit).map(\.sequence))
        #expect(result.totals.given == min(limit, all.count))
        #expect(result.totals.hasReachedLimit == (limit <= all.count))
    }

    @Test func aSmallLimitOpensFewBlocks() async throws {
        let (store, _) = try await filled()
        let totals = try await store.reader().search(SearchRequest(.constant(true), limit: 5)).totals
        #expect(totals.blocks == 8)
        #expect(totals.scannedBlocks <= 2)
    }

    @Test func theOldestFirstOnRequest() async throws {
        let (store, all) = try await filled()
        let result = try await store.reader().search(SearchRequest(.constant(true), limit: 50, order: .oldestFirst))
        #expect(result.events.map(\.sequence) == all.sorted { Self.newestFirst($1, $0) }.prefix(50).map(\.sequence))
    }

    @Test func onlyEventsOfTheSpan() async throws {
        let (store, all) = try await filled()
        let times = all.map(\.event.time).sorted()
        let (since, until) = (times[100], times[200])
        let result = try await store.reader().search(SearchRequest(.constant(true), since: since, until: until))
        let expected = all.filter { $0.event.time >= since && $0.event.time < until }
        #expect(result.events.map(\.sequence) == expected.sorted(by: Self.newestFirst).map(\.sequence))
        #expect(result.totals.scannedBlocks < 8)
        #expect(!result.totals.hasReachedLimit)
    }

    /// Tests on either range of fields, and on every value, against what a program says of the events as they were made.
    @Test(arguments: [
        ("an OCSF name", test("metadata.event_code", .text(.exactly("policy.evaluate_sign_on")))),
        ("a vendor's name", test("eventType", .text(.exactly("user.session.start")))),
        ("any value", .test(FieldTest(.anyValue, .text(.containing("lisbon"))))),
        ("quarantine", test("quarantine.error", .exists(true))),
        ("text", test("message", .text(TextPattern([.literal("su:"), .anyRun])))),
        ("not", .not(test("identity", .exists(true)))),
        ("escaped", test("target.displayName", .text(.containing("é\"")))),
        ("nothing", test("actor.alternateId", .text(.exactly("nobody@example.com")))),
    ])
    func findsWhatTheExpressionMeans(_ name: String, expression: MatchExpression) async throws {
        let store = try TestStore(seed: 5)
        let writer = try store.open().writer
        var expected: [Int64] = []
        let program = MatchProgram(expression, catalog: store.events.catalog)
        let scratch = MatchScratch()
        for _ in 0..<6 {
            let batch = store.events.batch(40, shapes: AuditEvents.Shape.allCases)
            let stored = try await writer.commit(EventCommit(batches: [batch]))[0]
            var rows: [UInt32] = []
            program.match(batch, scratch: scratch, into: &rows)
            expected += rows.map { stored.sequences[Int($0)] }
        }
        let result = try await store.reader().search(SearchRequest(expression))
        #expect(result.events.map(\.sequence).sorted() == expected)
        #expect(result.totals.matched == expected.count)
        #expect(expected.isEmpty == (name == "nothing"))
    }

    /// Without a limit nothing more is held back than allowed; then the order may suffer, but nothing is lost.
    @Test func boundsWhatItHoldsBack() async throws {
        let (store, all) = try await filled()
        var limits = StoreLimits()
        limits.searchHeldEvents = 10
        let given = Collector<Int64>()
        let totals = try await store.reader(limits: limits).search(SearchRequest(.constant(true))) { given.add($0.sequence) }
        #expect(given.all.sorted() == all.map(\.sequence))
        #expect(totals.given == all.count)
    }

    @Test func endsWhenTheReceiverHasEnough() async throws {
        struct Enough: Error {}
        let (store, _) = try await filled()
        await #expect(throws: Enough.self) {
            try await store.reader().search(SearchRequest(.constant(true))) { _ in throw Enough() }
        }
    }

    @Test func endsWhenItsTaskIsCancelled() async throws {
        let (store, _) = try await filled()
        let reader = try store.reader()
        let search = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await reader.search(SearchRequest(.constant(true)))
        }
        await #expect(throws: CancellationError.self) { try await search.value }
    }
}
