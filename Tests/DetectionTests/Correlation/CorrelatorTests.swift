import Detection
import EventModel
import Sigma
import TestSupport
import Testing

struct CorrelatorTests {
    static func collection(_ correlations: SigmaCorrelation...) -> SigmaCollection {
        SigmaCollection(rules: ["b0", "b1", "b2"].map { RuleFixtures.base($0) }, correlations: correlations)
    }

    static let threeFailures = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 3)])

    @Test func `a finding is raised as soon as its condition holds, and then extended`() throws {
        var stream = Stream(Self.collection(Self.threeFailures), lateness: 60)
        #expect(stream.feed([TestEvent(1, at: 0, "b0"), TestEvent(2, at: 1, "b0")]).isEmpty)
        let raised = try #require(stream.feed([TestEvent(3, at: 2, "b0")]).first)
        #expect(raised.kind == .raised)
        #expect(raised.finding.count == 3)
        #expect(raised.finding.kind == "event_count")
        #expect(raised.finding.group == [Finding.GroupValue(field: "user", value: "ana")])
        #expect(raised.finding.evidence.map(\.rule) == ["b0", "b0", "b0"])
        let extended = try #require(stream.feed([TestEvent(4, at: 3, "b0"), TestEvent(5, at: 4, "b0")]).first)
        #expect(extended.kind == .extended)
        #expect(extended.finding.uid == raised.finding.uid)
        #expect(extended.finding.count == 5)
        #expect(extended.finding.uid.utf8.count == 32)
    }

    @Test func `an episode waits while another of its group could turn out to be the same`() {
        var stream = Stream(Self.collection(Self.threeFailures), lateness: 60)
        stream.feed([0, 1, 2].map { TestEvent($0 + 1, at: $0, "b0") })
        #expect(stream.findings.count == 1)
        // 13 is further than the timespan from 2, but an event at 8 may still come.
        stream.feed([13, 14, 15].map { TestEvent($0, at: $0, "b0") })
        #expect(stream.findings.count == 1)
        var joined = stream
        joined.feed([TestEvent(20, at: 8, "b0")])
        #expect(joined.outcome.map(\.count) == [7])
        // The watermark passes 12: nothing can join them any more.
        stream.feed([TestEvent(30, at: 100, "b1")])
        #expect(stream.outcome.filter { $0.rule == "c" }.map(\.count) == [3, 3])
    }

    @Test func `silence is no reason to wait for ever`() {
        var stream = Stream(Self.collection(Self.threeFailures), lateness: 60)
        stream.feed([0, 1, 2, 13, 14, 15].map { TestEvent($0 + 1, at: $0, "b0") })
        #expect(stream.findings.count == 1)
        let changes = stream.correlator.advance(to: Timestamp(seconds: 80))
        #expect(changes.map(\.kind) == [.raised])
    }

    @Test func `late events are counted, and still found`() {
        var stream = Stream(Self.collection(Self.threeFailures), lateness: 5)
        stream.feed([TestEvent(1, at: 1_000, "b0", user: "ben")])
        stream.feed([0, 1, 2, 3].map { TestEvent($0 + 2, at: $0, "b0") })
        #expect(stream.outcome.map(\.count) == [4])
        #expect(stream.correlator.statistics.first { $0.rule.id == "c" }?.statistics.late == 4)
    }

    @Test func `one wrong clock does not make all others late`() {
        var stream = Stream(Self.collection(Self.threeFailures), lateness: 5)
        // Received at 1,000,000 (`TestEvent.stored`): an hour later is not believed.
        stream.feed([TestEvent(1, at: 1_003_600, "b0", user: "ben")])
        stream.feed([0, 1, 2].map { TestEvent($0 + 2, at: $0, "b0") })
        #expect(stream.correlator.statistics.first { $0.rule.id == "c" }?.statistics.late == 0)
        #expect(stream.outcome.map(\.count) == [3])
    }

    @Test func `evidence keeps the first and the last fifty`() throws {
        var stream = Stream(Self.collection(Self.threeFailures), lateness: 1_000)
        var generator = SeededGenerator(seed: 7)
        stream.feed((1...260).map { TestEvent($0, at: $0, "b0") }.shuffled(using: &generator))
        stream.end()
        let finding = try #require(stream.findings.values.first)
        #expect(stream.findings.count == 1)
        #expect(finding.count == 260)
        #expect(finding.evidence.map(\.sequence) == Array(1...50) + Array(211...260))
    }

    @Test func `a plain rule groups its findings by actor, an hour apart`() {
        let rules = SigmaCollection(rules: [RuleFixtures.base("b0")])
        var stream = Stream(rules, lateness: 60)
        func event(_ sequence: Int64, _ time: Int64, _ fields: [(String, String)]) -> TestEvent {
            TestEvent(sequence, at: time, kinds: ["b0"], fields: fields)
        }
        stream.feed([
            event(1, 0, [("identity", "Ana@example.com"), ("src_endpoint.ip", "192.0.2.1")]),
            event(2, 3_600, [("identity", "ana@example.com")]),
            event(3, 10_000, [("identity", "ana@example.com")]),
            event(4, 10_001, [("src_endpoint.ip", "192.0.2.1")]),
            event(5, 10_002, [("actor.user.uid", "00u1"), ("src_endpoint.ip", "192.0.2.1")]),
            event(6, 10_003, []),
        ])
        stream.end()
        #expect(
            stream.outcome.map { "\($0.group) ×\($0.count)" }.sorted() == [
                "[\"actor.user.uid=00u1\"] ×1", "[\"identity=ana@example.com\"] ×1", "[\"identity=ana@example.com\"] ×2",
                "[\"src_endpoint.ip=192.0.2.1\"] ×1", "[] ×1",
            ])
        #expect(stream.findings.values.allSatisfy { $0.kind == "event" })
    }

    @Test(arguments: [
        (CorrelationKind.eventCount, [CountCondition(.gte, 2)], [0, 5],
            "2 matching events of \"Title b0\" for user=ana within 10s (threshold 2)"),
        (.eventCount, [CountCondition(.gte, 2)], [0, 5, 12, 70],
            "3 matching events of \"Title b0\" for user=ana over 12s, at least 2 of them within 10s (threshold 2)"),
        (.valueCount, [CountCondition(.gte, 2)], [0, 5],
            "at least 2 distinct values of item within 10s for user=ana, in 2 matching events of \"Title b0\" (threshold 2)"),
    ] as [(CorrelationKind, [CountCondition], [Int64], String)])
    func `the reason says why, with numbers`(
        kind: CorrelationKind, conditions: [CountCondition], times: [Int64], expected: String
    ) {
        var stream = Stream(Self.collection(RuleFixtures.correlation("c", kind, conditions, field: "item")), lateness: 60)
        stream.feed(times.map { TestEvent($0 + 1, at: $0, "b0", item: "v\($0)") })
        stream.end()
        #expect(stream.findings.values.map(\.reason) == [expected])
    }

    @Test func `the reason of a temporal correlation names its rules`() {
        let correlation = RuleFixtures.correlation("c", .temporalOrdered, rules: ["b0", "b1"], within: 5_400)
        var stream = Stream(Self.collection(correlation), lateness: 60)
        stream.feed([TestEvent(1, at: 0, "b0"), TestEvent(2, at: 60, "b1")])
        #expect(
            stream.findings.values.map(\.reason) == [
                "all 2 rules matched in this order for user=ana within 1h 30m: \"Title b0\", \"Title b1\" (2 events)"
            ])
    }

    @Test func `a reload keeps the windows of rules that did not change`() {
        let changed = RuleFixtures.correlation("d", .eventCount, by: ["user"], [CountCondition(.gte, 3)])
        var stream = Stream(Self.collection(Self.threeFailures, changed), lateness: 60)
        stream.feed([TestEvent(1, at: 0, "b0"), TestEvent(2, at: 1, "b0")])
        let old = stream.extract([TestEvent(3, at: 2, "b0")])
        var next = changed
        next.metadata.version = "2"
        stream.ruleSet = RuleSet(
            collection: Self.collection(next, Self.threeFailures), products: RuleFixtures.products, catalog: stream.catalog)
        stream.correlator.replace(ruleSet: stream.ruleSet)
        // Matches made by the old rules count for those that are still there.
        #expect(stream.correlator.process(old).map(\.finding.rule.id) == ["c"])
    }

    @Test func `a base rule that changes takes its correlation's windows with it`() throws {
        var stream = Stream(Self.collection(Self.threeFailures), lateness: 60)
        stream.feed([TestEvent(1, at: 0, "b0"), TestEvent(2, at: 1, "b0")])
        var collection = Self.collection(Self.threeFailures)
        collection.rules[0].metadata.version = "2"
        stream.ruleSet = RuleSet(collection: collection, products: RuleFixtures.products, catalog: stream.catalog)
        try stream.restore()
        #expect(stream.correlator.liveGroups == 0)
    }
}
