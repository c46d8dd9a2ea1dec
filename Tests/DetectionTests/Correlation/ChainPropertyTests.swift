import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// Random chains over random streams against the reference: order of arrival, batches, duplicates and restarts change nothing.
struct ChainPropertyTests {
    static let seeds: [UInt64] = Array(0..<12)

    static func makeCase(_ generator: inout SeededGenerator) -> CorrelatorPropertyTests.Case {
        let bases = ["b0", "b1", "b2"]
        func timespan() -> Int64 { Int64.random(in: 0...10, using: &generator) }
        func correlation(_ id: String, _ names: [String], by groups: [String], generate: Bool) -> SigmaCorrelation {
            let kind = ([.eventCount, .valueCount, .temporal, .temporalOrdered] as [CorrelationKind])
                .randomElement(using: &generator) ?? .eventCount
            let rules = Array(names.shuffled(using: &generator).prefix(Int.random(in: 1...2, using: &generator)))
            let threshold: Int
            var field: String?
            switch kind {
            case .eventCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian: threshold = Int.random(in: 1...4, using: &generator)
            case .valueCount:
                threshold = Int.random(in: 1...3, using: &generator)
                field = "item"
            case .temporal, .temporalOrdered: threshold = Int.random(in: 1...rules.count, using: &generator)
            case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: threshold = 1
            }
            return RuleFixtures.correlation(
                id, kind, rules: rules, by: groups, within: timespan(), [CountCondition(.gte, threshold)], field: field,
                generate: generate)
        }
        // Every level is grouped by no more than those beneath it, and counts only what they are grouped by.
        let groups = Bool.random(using: &generator) ? ["user", "item"] : ["item", "user"]
        let inner = correlation("inner", bases, by: groups, generate: Bool.random(using: &generator))
        let second = correlation("second", bases, by: groups, generate: Bool.random(using: &generator))
        let middle = correlation("middle", ["inner", "b0", "second"], by: groups, generate: Bool.random(using: &generator))
        var outer = correlation(
            "outer", ["middle", "b1", "inner"], by: Bool.random(using: &generator) ? ["user"] : [],
            generate: Bool.random(using: &generator))
        if outer.valueField == nil, outer.kind == .eventCount, outer.groupBy == ["user"] {
            outer.groupBy = ["who"]
            outer.aliases = ["who": ["middle": "user", "b1": "user", "inner": "user"]]
        }
        let collection = SigmaCollection(
            rules: bases.map { RuleFixtures.base($0) }, correlations: [inner, second, middle, outer])
        let span = Int64.random(in: 1...90, using: &generator)
        let events = (1...Int64.random(in: 10...50, using: &generator)).map { sequence in
            TestEvent(
                sequence, at: Int64.random(in: 0...span, using: &generator), bases.randomElement(using: &generator) ?? "b0",
                user: ["ana", "Ana", "ben"].randomElement(using: &generator),
                item: ["x", "X", "y"].randomElement(using: &generator))
        }
        let lateness = Int64.random(in: 0...25, using: &generator)
        let arrivals = events.map { (event: $0, at: $0.time + Int64.random(in: 0...lateness, using: &generator)) }
            .shuffled(using: &generator).sorted { $0.at < $1.at }.map(\.event)
        return CorrelatorPropertyTests.Case(collection: collection, lateness: lateness, events: events, arrivals: arrivals)
    }

    @Test(arguments: seeds)
    func `any order within the lateness gives the findings of the sorted stream`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 10_000 + seed)
        var outer = 0
        for number in 0..<60 {
            let test = Self.makeCase(&generator)
            var stream = Stream(test.collection, lateness: test.lateness)
            try #require(stream.ruleSet.diagnostics.isEmpty)
            stream.feed(test.arrivals, using: &generator)
            stream.end()
            #expect(stream.correlator.liveGroups == 0)
            // Plain rules that are not silent have findings of their own, which are not the subject.
            let found = stream.outcome.filter { !$0.rule.hasPrefix("b") }
            let expected = ReferenceChain.outcome(test.collection, test.events)
            #expect(found == expected, "seed \(seed), case \(number)")
            outer += expected.count { $0.rule == "outer" }
        }
        #expect(outer > 30)
    }

    @Test(arguments: seeds.prefix(6))
    func `batches, duplicates and restarts at any event change no change`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 20_000 + seed)
        for number in 0..<25 {
            let test = Self.makeCase(&generator)
            // A lateness smaller than the shuffle makes some events late as well, and few groups make evictions.
            let limits = CorrelatorLimits(groupsPerRule: Int.random(in: 1...4, using: &generator), groups: 12)
            try PropertyChecks.survivesRestoring(
                test, lateness: test.lateness / 2, limits: limits, isFedTwice: true, "seed \(seed), case \(number)")
        }
    }
}
