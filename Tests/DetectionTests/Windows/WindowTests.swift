import Detection
import EventModel
import Sigma
import Testing

/// Each correlation type, case by case. Times in seconds, timespan 10.
struct WindowTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind: CorrelationKind
        var rules = ["b0"]
        var conditions: [CountCondition] = []
        var field: String?
        /// (time, base rule, item)
        var events: [(Int64, String, String)]
        /// count, first, last of each finding
        var expected: [[Int64]]

        init(
            _ description: String, _ kind: CorrelationKind, _ conditions: [CountCondition] = [], rules: [String] = ["b0"],
            field: String? = nil, _ events: [(Int64, String, String)], _ expected: [[Int64]]
        ) {
            testDescription = description
            self.kind = kind
            self.rules = rules
            self.conditions = conditions
            self.field = field
            self.events = events
            self.expected = expected
        }
    }

    static func times(_ times: Int64...) -> [(Int64, String, String)] { times.map { ($0, "b0", "x") } }
    static let three = [CountCondition(.gte, 3)]
    static let abc = ["b0", "b1", "b2"]

    static let cases: [Case] = [
        Case("a count is reached", .eventCount, three, times(0, 1, 2), [[3, 0, 2]]),
        Case("a count is not reached", .eventCount, three, times(0, 1), []),
        Case("edges are inclusive", .eventCount, three, times(0, 5, 10), [[3, 0, 10]]),
        Case("beyond the edge", .eventCount, three, times(0, 5, 11), []),
        Case("repeats extend", .eventCount, three, times(0, 1, 2, 9, 19), [[5, 0, 19]]),
        Case("it re-arms when the window has emptied", .eventCount, three, times(0, 1, 2, 13, 14, 15), [[3, 0, 2], [3, 13, 15]]),
        Case("after re-arming it needs the count again", .eventCount, three, times(0, 1, 2, 13, 14), [[3, 0, 2]]),
        Case("what comes before within the timespan belongs to it", .eventCount, three, times(0, 9, 18, 19, 20), [[5, 0, 20]]),
        Case("late events complete a count", .eventCount, three, times(0, 9, 5), [[3, 0, 9]]),
        Case("a late event joins two", .eventCount, three, times(0, 1, 2, 13, 14, 15, 8), [[7, 0, 15]]),
        Case("gt", .eventCount, [CountCondition(.gt, 2)], times(0, 1, 2), [[3, 0, 2]]),
        Case("eq is reached on the way", .eventCount, [CountCondition(.eq, 2)], times(0, 1, 2), [[3, 0, 2]]),
        Case("eq is not reached", .eventCount, [CountCondition(.eq, 2)], times(0, 11), []),
        Case("lt holds for the first event", .eventCount, [CountCondition(.lt, 2)], times(4), [[1, 4, 4]]),
        Case("lte", .eventCount, [CountCondition(.lte, 2)], times(4), [[1, 4, 4]]),
        Case("neq 1 holds for two", .eventCount, [CountCondition(.neq, 1)], times(4, 5, 30), [[2, 4, 5]]),
        Case("a range", .eventCount, [CountCondition(.gt, 1), CountCondition(.lte, 3)], times(0, 1), [[2, 0, 1]]),
        Case(
            "distinct values", .valueCount, three, field: "item",
            [(0, "b0", "x"), (1, "b0", "y"), (2, "b0", "z")], [[3, 0, 2]]),
        Case(
            "values compare without case", .valueCount, three, field: "item",
            [(0, "b0", "x"), (1, "b0", "Ä"), (2, "b0", "ä"), (3, "b0", "X")], []),
        Case(
            "a value seen again counts at its latest time", .valueCount, three, field: "item",
            [(0, "b0", "x"), (8, "b0", "y"), (9, "b0", "x"), (18, "b0", "z")], [[4, 0, 18]]),
        Case(
            "a value too old does not count", .valueCount, three, field: "item",
            [(0, "b0", "x"), (8, "b0", "y"), (11, "b0", "z")], []),
        Case(
            "many values, one window", .valueCount, [CountCondition(.gte, 20)], field: "item",
            (0..<40).map { (Int64($0) / 4, "b0", "v\($0 % 20)") }, [[40, 0, 9]]),
        Case(
            "many values, never enough at once", .valueCount, [CountCondition(.gte, 20)], field: "item",
            (0..<40).map { (Int64($0), "b0", "v\($0)") }, []),
        Case("all rules, any order", .temporal, rules: abc, [(0, "b2", ""), (5, "b0", ""), (10, "b1", "")], [[3, 0, 10]]),
        Case("one rule is missing", .temporal, rules: abc, [(0, "b2", ""), (5, "b0", ""), (6, "b0", "")], []),
        Case("too far apart", .temporal, rules: abc, [(0, "b2", ""), (5, "b0", ""), (11, "b1", "")], []),
        Case(
            "two of three rules", .temporal, [CountCondition(.gte, 2)], rules: abc,
            [(0, "b2", ""), (5, "b2", ""), (6, "b1", "")], [[3, 0, 6]]),
        Case("in order", .temporalOrdered, rules: abc, [(0, "b0", ""), (1, "b1", ""), (2, "b2", "")], [[3, 0, 2]]),
        Case("out of order", .temporalOrdered, rules: abc, [(0, "b1", ""), (1, "b0", ""), (2, "b2", "")], []),
        Case(
            "in order among others", .temporalOrdered, rules: abc,
            [(0, "b1", ""), (1, "b0", ""), (2, "b2", ""), (3, "b1", ""), (4, "b2", "")], [[5, 0, 4]]),
        Case(
            "the latest start counts", .temporalOrdered, rules: abc,
            [(0, "b0", ""), (8, "b0", ""), (9, "b1", ""), (18, "b2", "")], [[4, 0, 18]]),
        Case(
            "a step from too early a start", .temporalOrdered, rules: abc,
            [(0, "b0", ""), (1, "b1", ""), (8, "b0", ""), (11, "b2", "")], []),
        Case("at equal times the store's order", .temporalOrdered, rules: abc,
            [(5, "b0", ""), (5, "b1", ""), (5, "b2", "")], [[3, 5, 5]]),
        Case("at equal times against the store's order", .temporalOrdered, rules: abc,
            [(5, "b2", ""), (5, "b1", ""), (5, "b0", "")], []),
        Case("one event does not follow itself", .temporalOrdered, rules: ["b0", "b0"], [(0, "b0", "")], []),
        Case("a rule named twice needs two events", .temporalOrdered, rules: ["b0", "b0"],
            [(0, "b0", ""), (1, "b0", "")], [[2, 0, 1]]),
    ]

    @Test(arguments: cases)
    func findings(test: Case) {
        let collection = SigmaCollection(
            rules: Self.abc.map { RuleFixtures.base($0) },
            correlations: [
                RuleFixtures.correlation("c", test.kind, rules: test.rules, test.conditions, field: test.field)
            ])
        var stream = Stream(collection, lateness: 100)
        for (index, event) in test.events.enumerated() {
            stream.feed([TestEvent(Int64(index + 1), at: event.0, event.1, item: event.2)])
        }
        stream.end()
        let found = stream.outcome.filter { $0.rule == "c" }.map { [Int64($0.count), $0.first, $0.last] }
        #expect(found.sorted { $0[1] < $1[1] } == test.expected)
    }

    @Test(arguments: [
        ([CountCondition(.gte, 3)], 3), ([CountCondition(.gt, 3)], 4), ([CountCondition(.eq, 3)], 3),
        ([CountCondition(.lt, 3)], 1), ([CountCondition(.lte, 1)], 1), ([CountCondition(.neq, 1)], 2),
        ([CountCondition(.neq, 2)], 1), ([], 1),
        ([CountCondition(.gt, 100), CountCondition(.lte, 200)], 101), ([CountCondition(.lt, 1)], nil),
        ([CountCondition(.gt, 5), CountCondition(.lt, 3)], nil), ([CountCondition(.eq, 0)], nil),
        ([CountCondition(.gte, 2), CountCondition(.neq, 2)], 3), ([CountCondition(.gt, Int.max)], nil),
        ([CountCondition(.gte, -4)], 1),
    ] as [([CountCondition], Int?)])
    func `the threshold is the smallest count that satisfies all conditions`(conditions: [CountCondition], expected: Int?) {
        #expect(Threshold.of(conditions) == expected)
    }
}
