import Detection
import EventModel
import Sigma
import Testing

struct MatchExtractorTests {
    static func stream(_ correlations: SigmaCorrelation...) -> Stream {
        Stream(SigmaCollection(rules: ["b0", "b1", "b2"].map { RuleFixtures.base($0) }, correlations: correlations))
    }

    /// The groups of an event with the given fields, counted by `user` and `item`.
    @Test(arguments: [
        ([("user", "ana"), ("item", "x")], 1), ([("user", "ana"), ("item", "x"), ("item", "y")], 2),
        ([("user", "ana"), ("item", "x"), ("item", "X")], 1),
        ([("user", "ana"), ("user", "ben"), ("item", "x"), ("item", "y")], 4), ([("user", "ana")], 0), ([("item", "x")], 0),
        ((0..<30).map { ("user", "u\($0)") } + (0..<30).map { ("item", "i\($0)") }, 64),
    ] as [([(String, String)], Int)])
    func `one group for each combination of values`(fields: [(String, String)], groups: Int) {
        var stream = Self.stream(RuleFixtures.correlation("c", .eventCount, by: ["user", "item"], [CountCondition(.gte, 2)]))
        let batch = stream.extract([TestEvent(1, at: 0, kinds: ["b0"], fields: fields)])
        #expect(batch.events.filter { $0.rule == 2 }.count == groups)
        #expect(Set(batch.events.map(\.group)).count == batch.events.count)
        #expect((batch.missingGroupValue[2] ?? 0) == (groups == 0 ? 1 : 0))
    }

    @Test func `duplicates neither count nor move the clock`() {
        var stream = Self.stream(RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 2)]))
        let batch = stream.extract([
            TestEvent(7, at: 3, "b0"), TestEvent(0, at: 9, "b0"), TestEvent(8, at: 5, "b1"), TestEvent(0, at: 20, "b0"),
        ])
        #expect(batch.events.filter { $0.rule == 2 }.map(\.sequence) == [7])
        #expect(batch.clock == Timestamp(seconds: 5))
        #expect(batch.through == 8)
    }

    @Test func `a record without a time of its own does not move the clock`() {
        var stream = Self.stream(RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 2)]))
        let batch = stream.extract([TestEvent(1, at: 3, "b0"), TestEvent(2, at: 1_000_000, "b0")])
        #expect(batch.clock == Timestamp(seconds: 3))
    }

    @Test func `an event that matches several base rules counts once`() {
        var stream = Self.stream(
            RuleFixtures.correlation("c", .eventCount, rules: ["b0", "b1"], [CountCondition(.gte, 2)]),
            RuleFixtures.correlation("t", .temporal, rules: ["b0", "b1"]))
        stream.feed([TestEvent(1, at: 0, "b0", "b1")])
        #expect(stream.outcome.map(\.rule) == ["t"])
        stream.feed([TestEvent(2, at: 1, "b1")])
        #expect(stream.outcome.map(\.rule) == ["c", "t"])
        #expect(stream.outcome.map(\.count) == [2, 2])
    }

    @Test func `an event with several counted values is one event`() {
        var stream = Self.stream(
            RuleFixtures.correlation("c", .valueCount, [CountCondition(.gte, 3)], field: "item"))
        let items = ["x", "y", "z", "Z"].map { ("item", $0) }
        stream.feed([TestEvent(1, at: 0, kinds: ["b0"], fields: [("user", "ana")] + items)])
        #expect(stream.outcome.map(\.count) == [1])
        #expect(stream.outcome.map(\.evidence) == [[1]])
    }

    @Test func `aliases name the field of each base rule`() {
        var stream = Self.stream(
            RuleFixtures.correlation(
                "c", .temporal, rules: ["b0", "b1"], by: ["who"], aliases: ["who": ["b0": "actor", "b1": "owner"]]))
        stream.feed([
            TestEvent(1, at: 0, kinds: ["b0"], fields: [("actor", "ana"), ("owner", "ben")]),
            TestEvent(2, at: 1, kinds: ["b1"], fields: [("actor", "ben"), ("owner", "ana")]),
        ])
        #expect(stream.outcome.map(\.group) == [["who=ana"]])
    }

    @Test func `an alias that leaves a base rule out leaves its events out`() {
        var stream = Self.stream(
            RuleFixtures.correlation(
                "c", .eventCount, rules: ["b0", "b1"], by: ["who"], [CountCondition(.gte, 1)], aliases: ["who": ["b0": "actor"]]))
        stream.feed([TestEvent(1, at: 0, kinds: ["b1"], fields: [("actor", "ana")])])
        #expect(stream.findings.isEmpty)
        #expect(stream.correlator.statistics.first { $0.rule.id == "c" }?.statistics.missingGroupValue == 1)
    }

    @Test func `long values with one beginning stay apart`() {
        let long = String(repeating: "ä", count: 700)
        var stream = Self.stream(RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 1)]))
        stream.feed([TestEvent(1, at: 0, "b0", user: long + "1"), TestEvent(2, at: 0, "b0", user: long + "2")])
        #expect(Set(stream.findings.values.map(\.group)).count == 2)
        #expect(stream.findings.values.allSatisfy { $0.group[0].value.utf8.count <= 512 })
    }
}
