import Detection
import EventModel
import LocatedYAML
import Sigma
import TestSupport
import Testing

/// `suppress`: what is not raised, and where it is counted. Times in seconds.
struct SuppressionTests {
    static func collection(_ correlations: [SigmaCorrelation], _ suppression: Suppression) -> SigmaCollection {
        var correlations = correlations
        for place in correlations.indices { correlations[place].metadata.suppression = suppression }
        return SigmaCollection(rules: ["b0", "b1", "b2"].map { RuleFixtures.base($0) }, correlations: correlations)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fields: [String]
        /// (time, user, item)
        var events: [(Int64, String, String)]
        /// first, count, suppressed of each finding
        var expected: [[Int64]]
    }

    /// Findings of two events within 10 s, by user and item; suppressed for 100 s.
    static let cases: [Case] = [
        Case(
            testDescription: "a second burst of the group is counted on the first", fields: [],
            events: [(0, "a", "x"), (1, "a", "x"), (50, "a", "x"), (51, "a", "x"), (52, "a", "x")], expected: [[0, 2, 3]]),
        Case(
            testDescription: "the duration runs from the first event, edges included", fields: [],
            events: [(0, "a", "x"), (1, "a", "x"), (100, "a", "x"), (101, "a", "x")], expected: [[0, 2, 2]]),
        Case(
            testDescription: "after it the next one is raised, and suppresses in turn", fields: [],
            events: [(0, "a", "x"), (1, "a", "x"), (101, "a", "x"), (102, "a", "x"), (200, "a", "x"), (201, "a", "x")],
            expected: [[0, 2, 0], [101, 2, 2]]),
        Case(
            testDescription: "what does not reach the condition is not counted", fields: [],
            events: [(0, "a", "x"), (1, "a", "x"), (50, "a", "x")], expected: [[0, 2, 0]]),
        Case(
            testDescription: "other groups are others", fields: [],
            events: [(0, "a", "x"), (1, "a", "x"), (2, "a", "y"), (3, "a", "y")], expected: [[0, 2, 0], [2, 2, 0]]),
        Case(
            testDescription: "unless they have the named fields in common", fields: ["User"],
            events: [(0, "a", "x"), (1, "a", "x"), (2, "a", "y"), (3, "a", "y"), (4, "b", "y"), (5, "b", "y")],
            expected: [[0, 2, 2], [4, 2, 0]]),
        Case(
            testDescription: "one that was suppressed is so for as long as it goes on", fields: [],
            events: [0, 1, 90, 91, 100, 101, 110, 111, 120, 121].map { ($0, "a", "x") },
            expected: [[0, 2, 8]]),
    ]

    @Test(arguments: cases, [Int64(0), 20])
    func `further findings are counted on the first`(test: Case, lateness: Int64) {
        let rule = RuleFixtures.correlation("c", .eventCount, by: ["user", "item"], [CountCondition(.gte, 2)])
        var stream = Stream(
            Self.collection([rule], Suppression(duration: 100_000_000, fields: test.fields)), lateness: lateness)
        #expect(stream.ruleSet.diagnostics.isEmpty)
        for (index, event) in test.events.enumerated() {
            stream.feed([TestEvent(Int64(index + 1), at: event.0, "b0", user: event.1, item: event.2)])
        }
        stream.end()
        let found = stream.findings.values.filter { $0.rule.id == "c" }.map {
            [$0.firstSeen.microseconds / 1_000_000, Int64($0.count), Int64($0.suppressed)]
        }
        #expect(found.sorted { $0[0] < $1[0] } == test.expected)
        #expect(stream.correlator.liveGroups == 0)
    }

    @Test func `what is counted after the finding has ended is told as a change of it`() {
        let rule = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 2)])
        var stream = Stream(Self.collection([rule], Suppression(duration: 100_000_000)))
        stream.feed([TestEvent(1, at: 0, "b0"), TestEvent(2, at: 1, "b0")])
        stream.feed([TestEvent(3, at: 40, "b1", user: "ben")])
        let changes = stream.feed([
            TestEvent(4, at: 50, "b0"), TestEvent(5, at: 51, "b0"), TestEvent(6, at: 70, "b1", user: "ben"),
        ])
        #expect(changes.filter { $0.finding.rule.id == "c" }.map(\.kind) == [.extended])
        #expect(changes.filter { $0.finding.rule.id == "c" }.map(\.finding.suppressed) == [2])
        let statistics = stream.correlator.statistics.first { $0.rule.id == "c" }?.statistics
        #expect(statistics?.suppressedFindings == 1)
        #expect(statistics?.findings == 1)
    }

    @Test func `a plain rule can be suppressed by what its findings are grouped by`() {
        var rule = RuleFixtures.base("b0")
        rule.metadata.suppression = Suppression(duration: 8_000_000_000, fields: ["identity"])
        var stream = Stream(SigmaCollection(rules: [rule]))
        stream.feed((0..<4).map { TestEvent($0 + 1, at: $0 * 4_000, kinds: ["b0"], fields: [("identity", "ana")]) })
        stream.end()
        #expect(stream.findings.values.map(\.suppressed).sorted() == [0, 2])
        rule.metadata.suppression = Suppression(duration: 8_000_000_000, fields: ["user"])
        let refused = RuleSetTests.ruleSet([rule])
        #expect(refused.diagnostics.map(\.severity) == [.error])
        #expect(refused.findingRules.isEmpty)
    }

    @Test func `a field that the rule is not grouped by is refused`() {
        var rule = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 2)])
        rule.metadata.suppression = Suppression(duration: 1, fields: ["item"])
        let ruleSet = RuleSetTests.ruleSet([RuleFixtures.base("b0")], [rule])
        #expect(ruleSet.diagnostics.first?.message.contains("'item', which it is not grouped by") == true)
    }

    // MARK: Properties

    static let seeds: [UInt64] = Array(0..<8)

    static func makeCase(
        _ generator: inout SeededGenerator, by fields: [String] = [], groups: [String]? = nil
    ) -> CorrelatorPropertyTests.Case {
        var test = DeferredCases.makeCase(&generator, upTo: 60)
        var correlations = test.collection.correlations
        correlations.append(RuleFixtures.correlation("count", .eventCount, within: 4, [CountCondition(.gte, 2)]))
        correlations.append(RuleFixtures.correlation("order", .temporalOrdered, rules: ["b1", "b0"], within: 6))
        if let groups {
            for place in correlations.indices { correlations[place].groupBy = groups }
        }
        let duration = Int64.random(in: 0...60, using: &generator) * 1_000_000
        test.collection = collection(correlations, Suppression(duration: duration, fields: fields))
        return test
    }

    private struct Counted: Equatable {
        var outcome: Outcome
        var suppressed: Int
    }

    /// Of each group, in order of first events, those that no earlier one keeps back.
    private static func expected(_ test: CorrelatorPropertyTests.Case) -> [Counted] {
        var counted: [Counted] = []
        let all = ReferenceCorrelation.outcome(test.collection, test.events)
        for rule in test.collection.correlations {
            let duration = (rule.metadata.suppression?.duration ?? 0) / 1_000_000
            for group in Set(all.filter { $0.rule == rule.metadata.id }.map(\.group)) {
                var last: Int?
                let own = all.filter { $0.rule == rule.metadata.id && $0.group == group }
                for outcome in own.sorted(by: { $0.first < $1.first }) {
                    if let last, outcome.first - counted[last].outcome.first <= duration {
                        counted[last].suppressed += outcome.count
                    } else {
                        last = counted.count
                        counted.append(Counted(outcome: outcome, suppressed: 0))
                    }
                }
            }
        }
        return counted.sorted { $0.outcome < $1.outcome }
    }

    @Test(arguments: seeds)
    func `within a group any order within the lateness gives the same findings and counts`(seed: UInt64) {
        var generator = SeededGenerator(seed: 30_000 + seed)
        for number in 0..<40 {
            let test = Self.makeCase(&generator)
            var stream = Stream(test.collection, lateness: test.lateness)
            stream.feed(test.arrivals, using: &generator)
            stream.end()
            #expect(stream.correlator.liveGroups == 0)
            let found = stream.findings.values.map { Counted(outcome: Outcome($0), suppressed: $0.suppressed) }
            let expected = Self.expected(test)
            #expect(found.sorted { $0.outcome < $1.outcome } == expected, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds)
    func `across groups nothing that is kept back is lost`(seed: UInt64) {
        var generator = SeededGenerator(seed: 31_000 + seed)
        for number in 0..<40 {
            let test = Self.makeCase(&generator, by: ["user"], groups: ["user", "place"])
            var stream = Stream(test.collection, lateness: test.lateness)
            stream.feed(test.arrivals, using: &generator)
            stream.end()
            let all = ReferenceCorrelation.outcome(test.collection, test.events)
            for rule in test.collection.correlations.map(\.metadata.id) {
                let found = stream.findings.values.filter { $0.rule.id == rule }
                let counted = found.reduce(0) { $0 + $1.count + $1.suppressed }
                let expected = all.filter { $0.rule == rule }.reduce(0) { $0 + $1.count }
                #expect(counted == expected, "seed \(seed), case \(number), \(rule)")
            }
        }
    }

    @Test(arguments: seeds)
    func `batches, duplicates and restarts at any event change no change`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 32_000 + seed)
        for number in 0..<15 {
            let test = Self.makeCase(&generator, by: ["user"], groups: ["user", "place"])
            let limits = CorrelatorLimits(groupsPerRule: Int.random(in: 1...4, using: &generator), groups: 20)
            try PropertyChecks.survivesRestoring(
                test, lateness: test.lateness / 2, limits: limits, isFedTwice: true, "seed \(seed), case \(number)")
        }
    }
}
