import Detection
import EventModel
import LocatedYAML
import Sigma
import Testing

/// Boolean conditions over rules, with true absence. Times in seconds, timespan 10.
struct RuleConditionTests {
    static let a = RuleCondition.rule("b0")
    static let b = RuleCondition.rule("b1")
    static let c = RuleCondition.rule("b2")

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind = CorrelationKind.temporal
        var condition: RuleCondition
        /// (time, base rules)
        var events: [(Int64, [String])]
        /// count, first, last of each finding
        var expected: [[Int64]]

        init(
            _ description: String, _ condition: RuleCondition, ordered: Bool = false, _ events: [(Int64, String)],
            _ expected: [[Int64]]
        ) {
            testDescription = description
            kind = ordered ? .temporalOrdered : .temporal
            self.condition = condition
            self.events = events.map { event in (event.0, event.1.map { ["a": "b0", "b": "b1", "c": "b2"][$0] ?? "" }) }
            self.expected = expected
        }
    }

    static let aNotB = RuleCondition.all([a, .not(b)])
    static let cases: [Case] = [
        Case("a, and then no b", aNotB, [(0, "a")], [[1, 0, 0]]),
        Case("a, and then b", aNotB, [(0, "a"), (5, "b")], []),
        Case("b at the edge still cancels", aNotB, [(0, "a"), (10, "b")], []),
        Case("b beyond the edge does not", aNotB, [(0, "a"), (11, "b")], [[1, 0, 0]]),
        Case("b before a does not cancel", aNotB, [(0, "b"), (1, "a")], [[1, 1, 1]]),
        Case("b at the same time, but before a in the store, does not", aNotB, [(1, "b"), (1, "a")], [[1, 1, 1]]),
        Case("an event that is both cancels itself", aNotB, [(1, "ab")], []),
        Case("one b cancels all that came before", aNotB, [(0, "a"), (1, "a"), (2, "b")], []),
        Case("a after b waits anew", aNotB, [(0, "a"), (2, "b"), (3, "a")], [[2, 0, 3]]),
        Case("b alone is nothing", aNotB, [(0, "b"), (1, "b")], []),
        Case("b does not prolong an episode", aNotB, [(0, "a"), (11, "b"), (21, "a")], [[1, 0, 0], [1, 21, 21]]),
        Case("a late b cancels", aNotB, [(0, "a"), (30, "c"), (4, "b")], []),
        Case("a and b or c: c", .any([.all([a, b]), c]), [(0, "a"), (20, "c")], [[1, 20, 20]]),
        Case("a and b or c: both", .any([.all([a, b]), c]), [(0, "b"), (10, "a")], [[2, 0, 10]]),
        Case("a and b or c: too far apart", .any([.all([a, b]), c]), [(0, "b"), (11, "a")], []),
        Case("a and c and not b", .all([a, c, .not(b)]), [(0, "c"), (4, "a")], [[2, 0, 4]]),
        Case("a and c and not b: b between", .all([a, c, .not(b)]), [(0, "c"), (3, "b"), (4, "a")], []),
        Case("c or a and not b", .any([c, aNotB]), [(0, "a"), (1, "b"), (2, "c")], [[2, 0, 2]]),
        Case("not (b or c) and a", .all([.not(.any([b, c])), a]), [(0, "a"), (8, "c")], []),
        Case("in order", .all([a, b]), ordered: true, [(0, "a"), (1, "b")], [[2, 0, 1]]),
        Case("not in order", .all([a, b]), ordered: true, [(0, "b"), (1, "a")], []),
        Case("in order, and then no c", .all([a, b, .not(c)]), ordered: true, [(0, "a"), (1, "b"), (11, "c")], [[2, 0, 1]]),
        Case("in order, but c", .all([a, b, .not(c)]), ordered: true, [(0, "a"), (1, "b"), (10, "c")], []),
        Case("not in order, and no c", .all([a, b, .not(c)]), ordered: true, [(0, "b"), (1, "a")], []),
    ]

    static func stream(_ kind: CorrelationKind, _ condition: RuleCondition, lateness: Int64) -> Stream {
        let rule = RuleFixtures.correlation("rule", kind, rules: condition.rules.sorted(), condition: condition)
        return Stream(
            SigmaCollection(rules: ["b0", "b1", "b2"].map { RuleFixtures.base($0) }, correlations: [rule]), lateness: lateness)
    }

    @Test(arguments: cases)
    func findings(test: Case) {
        var stream = Self.stream(test.kind, test.condition, lateness: 100)
        for (index, event) in test.events.enumerated() {
            stream.feed([TestEvent(Int64(index + 1), at: event.0, kinds: event.1, fields: [("user", "ana")])])
        }
        stream.end()
        let found = stream.outcome.filter { $0.rule == "rule" }.map { [Int64($0.count), $0.first, $0.last] }
        #expect(found.sorted { $0[1] < $1[1] } == test.expected)
        #expect(stream.correlator.liveGroups == 0)
    }

    @Test func `an absence is decided when the watermark has passed the window's end`() {
        var stream = Self.stream(.temporal, Self.aNotB, lateness: 5)
        stream.feed([TestEvent(1, at: 0, "b0")])
        #expect(stream.feed([TestEvent(2, at: 15, "b1", user: "ben")]).isEmpty)
        let changes = stream.feed([TestEvent(3, at: 16, "b1", user: "ben")])
        #expect(changes.map(\.kind) == [.raised])
        #expect(changes.first?.finding.evidence.map(\.sequence) == [1])
        #expect(
            changes.first?.finding.reason
                == "\"Title b0\" and not \"Title b1\" for user=ana within 10s (1 event): waited 10s from the first event on for "
                + "\"Title b1\", which did not come")
    }

    @Test func `when all sources are idle, the time that passes decides`() {
        var stream = Self.stream(.temporal, Self.aNotB, lateness: 5)
        stream.feed([TestEvent(1, at: 0, "b0")])
        #expect(stream.correlator.advance(to: Timestamp(seconds: 15)).isEmpty)
        #expect(stream.correlator.advance(to: Timestamp(seconds: 16)).map(\.kind) == [.raised])
    }

    @Test func `what needs no absence is found at once, beside what does`() {
        var stream = Self.stream(.temporal, .any([Self.c, Self.aNotB]), lateness: 5)
        #expect(stream.feed([TestEvent(1, at: 0, "b2")]).map(\.kind) == [.raised])
    }

    @Test(arguments: [
        RuleFixtures.correlation("i", .valueSum, [CountCondition(.gt, 1)], field: "user"),
        RuleFixtures.correlation("i", .temporal, rules: ["b0", "b1"], condition: aNotB),
    ])
    func `nothing builds on what is decided late`(inner: SigmaCorrelation) {
        let outer = RuleFixtures.correlation("o", .eventCount, rules: ["i"], [CountCondition(.gte, 2)])
        let ruleSet = RuleSetTests.ruleSet(["b0", "b1"].map { RuleFixtures.base($0) }, [inner, outer])
        #expect(ruleSet.diagnostics.last?.message.contains("only when no earlier event can come") == true)
    }

    @Test func `too many alternatives are refused`() {
        // (b0 or b1) and (b2 or b3) and … has 2⁷ alternatives.
        let ids = (0..<14).map { "b\($0)" }
        let pairs = (0..<7).map { RuleCondition.any([.rule(ids[2 * $0]), .rule(ids[2 * $0 + 1])]) }
        let rule = RuleFixtures.correlation("c", .temporal, rules: ids, condition: .all(pairs))
        let ruleSet = RuleSetTests.ruleSet(ids.map { RuleFixtures.base($0) }, [rule])
        #expect(ruleSet.diagnostics.first?.message.contains("more than 64 alternatives") == true)
    }

    @Test func `a firing event of another correlation can be what does not come`() {
        let inner = RuleFixtures.correlation("burst", .eventCount, rules: ["b1"], [CountCondition(.gte, 2)])
        let outer = RuleFixtures.correlation(
            "rule", .temporal, rules: ["b0", "burst"], condition: .all([Self.a, .not(.rule("burst"))]))
        for (count, isFound) in [(1, true), (2, false)] {
            var stream = Stream(
                SigmaCollection(rules: ["b0", "b1"].map { RuleFixtures.base($0) }, correlations: [inner, outer]), lateness: 3)
            stream.feed([TestEvent(1, at: 0, "b0")])
            stream.feed((0..<Int64(count)).map { TestEvent(2 + $0, at: 4 + $0, "b1") })
            stream.end()
            #expect(stream.outcome.contains { $0.rule == "rule" } == isFound)
            #expect(stream.correlator.liveGroups == 0)
        }
    }
}
