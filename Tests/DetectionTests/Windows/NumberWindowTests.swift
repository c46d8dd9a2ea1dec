import Detection
import EventModel
import Sigma
import Testing

/// The types that compute with numbers, case by case. Times in seconds, timespan 10.
struct NumberWindowTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind: CorrelationKind
        var conditions: [CountCondition]
        var percentile: Double?
        /// (time, number)
        var events: [(Int64, String)]
        /// count, first, last of each finding
        var expected: [[Int64]]

        init(
            _ description: String, _ kind: CorrelationKind, _ conditions: [CountCondition], percentile: Double? = nil,
            _ events: [(Int64, String)], _ expected: [[Int64]]
        ) {
            testDescription = description
            self.kind = kind
            self.conditions = conditions
            self.percentile = percentile
            self.events = events
            self.expected = expected
        }
    }

    static let tenths = (0..<10).map { (Int64($0), "0.1") }

    static let cases: [Case] = [
        Case("a sum is reached", .valueSum, [CountCondition(.gte, 6)], [(0, "1"), (1, "2"), (10, "3")], [[3, 0, 10]]),
        Case("what has left the window is not in it", .valueSum, [CountCondition(.gte, 6)], [(0, "1"), (1, "2"), (11, "3")], []),
        Case("negative numbers count down", .valueSum, [CountCondition(.gt, 4)], [(0, "3"), (1, "-2"), (2, "3")], []),
        Case("a sum holds before it sinks", .valueSum, [CountCondition(.gt, 2)], [(0, "3"), (1, "-9")], [[2, 0, 1]]),
        Case("a late number changes what follows", .valueSum, [CountCondition(.gt, 4)], [(0, "3"), (2, "3"), (1, "-2")], []),
        Case("sums of decimals are rounded once", .valueSum, [CountCondition(.eq, 1)], tenths, [[10, 0, 9]]),
        Case("a sum of large and small numbers is exact", .valueSum, [CountCondition(.eq, 1)],
            [(0, "1e16"), (1, "1"), (2, "-1e16")], [[3, 0, 2]]),
        Case("no number, no event", .valueSum, [CountCondition(.gte, 3)],
            [(0, "1"), (1, "x"), (2, "0x10"), (9, "2")], [[2, 0, 9]]),
        Case("an average", .valueAvg, [CountCondition(.gt, 2.5)], [(0, "1"), (1, "5"), (2, "1")], [[3, 0, 2]]),
        Case("an average below", .valueAvg, [CountCondition(.lt, 2)], [(0, "3"), (5, "1"), (11, "2")], [[3, 0, 11]]),
        Case("an average that is never below", .valueAvg, [CountCondition(.lt, 1)], [(0, "3"), (5, "1"), (11, "2")], []),
        Case("a range", .valueAvg, [CountCondition(.gt, 1), CountCondition(.lte, 2)],
            [(0, "1"), (1, "4"), (2, "1")], [[3, 0, 2]]),
        Case("a median of two lies between", .valueMedian, [CountCondition(.eq, 1.5)], [(0, "1"), (1, "2")], [[2, 0, 1]]),
        Case("a median of three", .valueMedian, [CountCondition(.gte, 7)], [(0, "1"), (1, "9"), (2, "7")], [[3, 0, 2]]),
        Case("a percentile between two ranks", .valuePercentile, [CountCondition(.eq, 3.25)], percentile: 75,
            [(0, "4"), (1, "1"), (2, "3"), (3, "2")], [[4, 0, 3]]),
        Case("the highest", .valuePercentile, [CountCondition(.gt, 8)], percentile: 100, [(0, "1"), (1, "9")], [[2, 0, 1]]),
        Case("the lowest", .valuePercentile, [CountCondition(.lt, 1)], percentile: 0, [(0, "1"), (1, "9")], []),
        Case("each episode is judged for itself", .valueSum, [CountCondition(.eq, 2)], [(0, "2"), (20, "1"), (40, "2")],
            [[1, 0, 0], [1, 40, 40]]),
    ]

    @Test(arguments: cases)
    func findings(test: Case) {
        let rule = RuleFixtures.correlation("c", test.kind, test.conditions, field: "item", percentile: test.percentile)
        var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule]), lateness: 100)
        for (index, event) in test.events.enumerated() {
            stream.feed([TestEvent(Int64(index + 1), at: event.0, "b0", item: event.1)])
        }
        stream.end()
        let found = stream.outcome.map { [Int64($0.count), $0.first, $0.last] }
        #expect(found.sorted { $0[1] < $1[1] } == test.expected)
    }

    @Test func `a number is judged when no earlier event can come, and the reason says which`() throws {
        let rule = RuleFixtures.correlation("c", .valueAvg, [CountCondition(.gt, 1.5)], field: "item")
        var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule]), lateness: 5)
        #expect(stream.feed([TestEvent(1, at: 0, "b0", item: "2"), TestEvent(2, at: 5, "b0", item: "x")]).isEmpty)
        #expect(stream.feed([TestEvent(3, at: 5, "b0")]).isEmpty)
        let changes = stream.feed([TestEvent(4, at: 6, "b1")])
        #expect(changes.map(\.kind) == [.raised])
        #expect(changes.first?.finding.reason
            == "average of item > 1.5 within 10s for user=ana, in 1 matching events of \"Title b0\"")
        let statistics = try #require(stream.correlator.statistics.first?.statistics)
        #expect((statistics.matches, statistics.nonNumericValues, statistics.missingGroupValue) == (1, 1, 1))
    }

    @Test func `all numbers of one event count before it is judged, equal ones once`() {
        let rule = RuleFixtures.correlation("c", .valueSum, [CountCondition(.eq, 3)], field: "item")
        var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule]))
        let several = [("user", "ana"), ("item", "1"), ("item", "5"), ("item", "x"), ("item", "-3"), ("item", "1.0")]
        stream.feed([TestEvent(1, at: 0, kinds: ["b0"], fields: several)])
        stream.end()
        #expect(stream.outcome.map(\.count) == [1])
        #expect(stream.correlator.statistics[0].statistics.nonNumericValues == 1)
    }

    @Test func `distinct tuples are those of several fields together`() {
        let rule = RuleFixtures.correlation("c", .valueCount, [CountCondition(.gte, 3)], fields: ["item", "place"])
        for (pairs, isFound) in [
            ([("x", "1"), ("X", "1"), ("x", "2")], false), ([("x", "1"), ("y", "1"), ("x", "2")], true),
            ([("x", "yz"), ("xy", "z"), ("x", "y")], true), ([("x", "1"), ("y", "1"), ("z", "")], true),
        ] {
            var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule]))
            for (index, pair) in pairs.enumerated() {
                let fields = [("user", "ana"), ("item", pair.0), ("place", pair.1)]
                stream.feed([TestEvent(Int64(index + 1), at: 0, kinds: ["b0"], fields: fields)])
            }
            stream.feed([TestEvent(9, at: 0, "b0", item: "w")])
            stream.end()
            #expect((stream.findings.count == 1) == isFound)
            #expect(stream.correlator.statistics[0].statistics.missingGroupValue == 1)
        }
    }
}
