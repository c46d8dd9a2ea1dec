import Detection
import EventModel
import Sigma
import Testing

/// How near rules come on events for which they may not fire.
@Suite struct RuleApproachTests {
    /// `reached/needed at first-last` of each group, the nearest first; of temporal types the places of the steps that match.
    private static func nearest(_ rule: SigmaCorrelation, _ events: [TestEvent]) -> [String] {
        let bases = rule.rules.map { RuleFixtures.base($0) }
        var stream = Stream(SigmaCollection(rules: bases, correlations: [rule]))
        var approaches = RuleApproaches(stream.ruleSet)
        for event in events { approaches.add(stream.extract([event])) }
        return approaches.approaches(of: "c").map { approach in
            let seconds = [approach.first, approach.last].map { "\($0.microseconds / 1_000_000)" }.joined(separator: "-")
            let steps = rule.rules.count > 1 ? " " + approach.matched.map(String.init).joined(separator: ",") : ""
            let needed = approach.needed.map { "/\($0)" } ?? ""
            return "\(approach.reached)\(needed) at \(seconds)\(steps) of \(approach.events)"
        }
    }

    private static func events(_ times: [Int64], user: String = "ana") -> [TestEvent] {
        times.enumerated().map { TestEvent(Int64($0 + 1), at: $1, "b0", user: user) }
    }

    @Test(arguments: [
        ([1], ["1/3 at 1-1 of 1"]), ([1, 20, 25, 90], ["2/3 at 20-25 of 4"]), ([1, 5, 11], ["3/3 at 1-11 of 3"]),
        ([25, 1, 20], ["2/3 at 20-25 of 3"]), ([], []),
    ] as [([Int64], [String])])
    func countsTheFullestWindow(times: [Int64], expected: [String]) {
        let rule = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 3)])
        #expect(Self.nearest(rule, Self.events(times)) == expected)
    }

    @Test func theNearestGroupComesFirst() {
        let rule = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 3)])
        let events = Self.events([1, 50], user: "kim") + Self.events([1, 2], user: "lee")
        #expect(Self.nearest(rule, events) == ["2/3 at 1-2 of 2", "1/3 at 1-1 of 2"])
    }

    @Test func distinctValuesAreCountedOnce() {
        let rule = RuleFixtures.correlation("c", .valueCount, [CountCondition(.gte, 4)], field: "item")
        let items = ["x", "y", "x", "z"].enumerated().map { TestEvent(Int64($0 + 1), at: Int64($0), "b0", item: $1) }
        #expect(Self.nearest(rule, items) == ["3/4 at 0-3 of 4"])
    }

    @Test(arguments: [
        (CorrelationKind.temporal, ["b1", "b0"], ["2/3 at 1-2 0,1 of 2"]), (.temporalOrdered, ["b1", "b0"], ["1/3 at 1-2 0,1 of 2"]),
        (.temporalOrdered, ["b0", "b1"], ["2/3 at 1-2 0,1 of 2"]), (.temporal, ["b2"], ["1/3 at 1-1 2 of 1"]),
    ])
    func stepsThatAreMissingAreNamed(kind: CorrelationKind, kinds: [String], expected: [String]) {
        let rule = RuleFixtures.correlation("c", kind, rules: ["b0", "b1", "b2"])
        let events = kinds.enumerated().map { TestEvent(Int64($0 + 1), at: Int64($0 + 1), $1) }
        #expect(Self.nearest(rule, events) == expected)
    }
}
