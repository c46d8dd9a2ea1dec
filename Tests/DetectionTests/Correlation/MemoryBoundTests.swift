import Detection
import EventModel
import Sigma
import TestSupport
import Testing

struct MemoryBoundTests {
    static let collection = SigmaCollection(
        rules: ["b0", "b1"].map { RuleFixtures.base($0) },
        correlations: [
            RuleFixtures.correlation("flooded", .eventCount, within: 600, [CountCondition(.gte, 3)]),
            RuleFixtures.correlation("quiet", .eventCount, rules: ["b1"], within: 600, [CountCondition(.gte, 3)]),
        ])

    static func statistics(_ stream: Stream, _ rule: String) -> RuleStatistics {
        stream.correlator.statistics.first { $0.rule.id == rule }?.statistics ?? RuleStatistics()
    }

    @Test func `a rule gives up its idlest group when it has too many`() {
        var stream = Stream(Self.collection, limits: CorrelatorLimits(groupsPerRule: 100, groups: 1_000))
        stream.feed((1...500).map { TestEvent($0, at: $0, "b0", user: "u\($0)") })
        #expect(Self.statistics(stream, "flooded").liveGroups == 100)
        #expect(Self.statistics(stream, "flooded").evictions == 400)
        // The latest are still there.
        stream.feed([TestEvent(501, at: 501, "b0", user: "u500"), TestEvent(502, at: 502, "b0", user: "u500")])
        #expect(stream.findings.count == 1)
    }

    @Test func `a flood in one rule does not push out another's groups`() {
        var stream = Stream(Self.collection, limits: CorrelatorLimits(groupsPerRule: 1_000, groups: 50))
        stream.feed((1...10).map { TestEvent($0, at: 0, "b1", user: "q\($0)") })
        stream.feed((11...500).map { TestEvent($0, at: 1, "b0", user: "u\($0)") })
        #expect(stream.correlator.liveGroups == 50)
        #expect(Self.statistics(stream, "quiet").liveGroups == 10)
        #expect(Self.statistics(stream, "quiet").evictions == 0)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `no rule that has much fewer groups than another gives one up`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bases = (0..<12).map { "b\($0)" }
        let collection = SigmaCollection(
            rules: bases.map { RuleFixtures.base($0) },
            correlations: bases.map { base in
                RuleFixtures.correlation("c\(base)", .eventCount, rules: [base], within: 9_000, [CountCondition(.gte, 3)])
            })
        var stream = Stream(collection, limits: CorrelatorLimits(groupsPerRule: 1_000, groups: 300))
        var evictions = [Int](repeating: 0, count: 12)
        for sequence in 1...Int64(4_000) {
            // Which rules are flooded changes with time.
            let flooded = Int(sequence / 700) % 3
            let base = Int.random(in: 0...9, using: &generator) < 7 ? flooded : Int.random(in: 0..<12, using: &generator)
            stream.feed([TestEvent(sequence, at: sequence, "b\(base)", user: "u\(sequence)")])
            let statistics = stream.correlator.statistics.map(\.statistics)
            let largest = statistics.map(\.liveGroups).max() ?? 0
            for place in statistics.indices where statistics[place].evictions > evictions[place] {
                #expect(statistics[place].liveGroups + 1 >= largest - largest / 8 - 1)
                evictions[place] = statistics[place].evictions
            }
            #expect(stream.correlator.liveGroups <= 300)
        }
        #expect(evictions.reduce(0, +) == 3_700)
    }

    @Test func `what is over is freed`() {
        var stream = Stream(Self.collection, lateness: 30)
        stream.feed((1...2_000).map { TestEvent($0, at: $0, "b0", user: "u\($0)") })
        let live = Self.statistics(stream, "flooded").liveGroups
        // Timespan, lateness, and the wheel's sixty-fourth of both.
        #expect(live >= 630 && live <= 645)
        stream.end()
        #expect(stream.correlator.liveGroups == 0)
    }

    @Test func `a group's retained events are bounded, and events in order stay exact`() {
        let collection = SigmaCollection(
            rules: ["b0", "b1", "b2"].map { RuleFixtures.base($0) },
            correlations: [
                RuleFixtures.correlation("any", .temporal, rules: ["b0", "b1", "b2"], within: 10_000),
                RuleFixtures.correlation("order", .temporalOrdered, rules: ["b0", "b1", "b2"], within: 10_000),
                RuleFixtures.correlation(
                    "values", .valueCount, rules: ["b0", "b1", "b2"], within: 10_000, [CountCondition(.gte, 3)], field: "item"),
            ])
        let limits = CorrelatorLimits(groupsPerRule: 10, groups: 30, retainedEventsPerGroup: 64)
        var stream = Stream(collection, lateness: 10_000, limits: limits)
        var events = [TestEvent(1, at: 0, "b0", item: "v0")]
        for sequence in 2...2_000 { events.append(TestEvent(Int64(sequence), at: Int64(sequence), "b1", item: "v1")) }
        stream.feed(events)
        let kept = stream.correlator.snapshot().count
        #expect(kept < 3 * (128 * 30 + 100 * 10 + 1_000))
        stream.feed([TestEvent(2_001, at: 2_001, "b2", item: "v2")])
        #expect(stream.outcome.map(\.rule) == ["any", "order", "values"])
        #expect(stream.outcome.allSatisfy { $0.count == 2_001 })
    }

    @Test func `a group with too many numbers or absences to judge gives some up, and counts them`() {
        let collection = SigmaCollection(
            rules: ["b0", "b1"].map { RuleFixtures.base($0) },
            correlations: [
                RuleFixtures.correlation("sum", .valueSum, within: 10_000, [CountCondition(.gte, 1_000_000)], field: "item"),
                RuleFixtures.correlation(
                    "absence", .temporal, rules: ["b0", "b1"], within: 10_000,
                    condition: .all([.rule("b0"), .not(.rule("b1"))])),
            ])
        let limits = CorrelatorLimits(groupsPerRule: 10, groups: 30, retainedEventsPerGroup: 64)
        var stream = Stream(collection, lateness: 10_000, limits: limits)
        stream.feed((1...2_000).map { TestEvent($0, at: $0, "b0", item: "2") })
        #expect(stream.correlator.snapshot().count < 2 * (128 * 30 + 100 * 10 + 1_000))
        #expect(Self.statistics(stream, "sum").givenUpEvents > 1_800)
        #expect(Self.statistics(stream, "absence").givenUpEvents > 1_800)
        stream.end()
        // The oldest of a flood are kept until they are judged.
        #expect(stream.outcome.map(\.rule) == ["absence"])
        #expect(stream.outcome.map(\.count) == [2_000])
    }

    @Test func `what a group keeps for the correlations that build on it is bounded, and each event fires once`() {
        let collection = SigmaCollection(
            rules: [RuleFixtures.base("b0")],
            correlations: [
                RuleFixtures.correlation("inner", .eventCount, within: 10_000, [CountCondition(.gte, 3)]),
                RuleFixtures.correlation("middle", .eventCount, rules: ["inner"], within: 10_000, [CountCondition(.gte, 3)]),
                RuleFixtures.correlation("outer", .eventCount, rules: ["middle"], within: 10_000, [CountCondition(.gte, 3)]),
            ])
        let limits = CorrelatorLimits(groupsPerRule: 10, groups: 30, retainedEventsPerGroup: 64)
        var stream = Stream(collection, lateness: 10_000, limits: limits)
        stream.feed((1...3_000).map { TestEvent($0, at: $0, "b0") })
        // For each of two groups at most some 128 events, as many that have fired, as many supports, and the trail of evidence.
        #expect(stream.correlator.snapshot().count < 2 * (128 * 60 + 100 * 10) + 2_000)
        #expect(stream.outcome.map(\.rule) == ["outer"])
        #expect(stream.outcome.map(\.count) == [2_996])
        #expect(stream.outcome.map(\.evidence) == [Array(1...50) + Array(2_951...3_000)])
    }

    @Test func `hostile times do no harm`() {
        var stream = Stream(Self.collection, lateness: 30)
        let times = [Int64.min, .max, 0, .min / 2, .max / 2, 1, -1, .max, .min]
        for (index, time) in times.enumerated() {
            var event = MatchedEvent(
                rule: 0, steps: 1, step: 0, time: Timestamp(microseconds: time), sequence: Int64(index + 1),
                clock: Timestamp(microseconds: 0), group: GroupKey(high: 1, low: 2), textStart: 0, textEnd: 0)
            event.clock = Timestamp(seconds: Int64(index))
            _ = stream.correlator.process(
                MatchBatch(
                    ruleSet: stream.ruleSet, events: [event], clock: event.clock, source: "test", allowedLateness: 30_000_000,
                    through: event.sequence))
        }
        stream.end()
        #expect(stream.correlator.statistics[0].statistics.matches == times.count)
    }
}
