import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// Random streams against the reference: whatever the order of arrival within the lateness, the cut into batches, duplicates and
/// restarts, the findings are those of the sorted whole.
struct CorrelatorPropertyTests {
    static let seeds: [UInt64] = Array(0..<16)
    static let casesPerSeed = 80

    struct Case {
        var collection: SigmaCollection
        var lateness: Int64
        var events: [TestEvent]
        /// The events in an order of arrival in which none comes later than `lateness`.
        var arrivals: [TestEvent]
    }

    /// - Parameter count: the most events. Long streams have some base rules and values seldom, so that groups that do not reach
    ///   their condition grow, and are thinned out.
    static func makeCase(_ generator: inout SeededGenerator, upTo count: Int64 = 40) -> Case {
        let bases = ["b0", "b1", "b2"]
        let timespan = Int64.random(in: 0...12, using: &generator)
        let threshold = Int.random(in: 1...5, using: &generator)
        func conditions(_ highest: Int) -> [CountCondition] {
            let value = min(threshold, highest)
            return switch Int.random(in: 0...5, using: &generator) {
            case 0: [CountCondition(.gt, value - 1)]
            case 1: [CountCondition(.eq, value)]
            case 2: [CountCondition(.gt, value - 1), CountCondition(.lte, value + 1)]
            case 3: [CountCondition(.lt, value + 1)]
            default: [CountCondition(.gte, value)]
            }
        }
        let order = bases.shuffled(using: &generator)
        let groups = Bool.random(using: &generator) ? ["user"] : []
        let collection = SigmaCollection(
            rules: bases.map { RuleFixtures.base($0) },
            correlations: [
                RuleFixtures.correlation(
                    "count", .eventCount, rules: Array(bases.prefix(Int.random(in: 1...3, using: &generator))), by: groups,
                    within: timespan, conditions(9)),
                RuleFixtures.correlation(
                    "values", .valueCount, rules: ["b0", "b1"], by: groups, within: timespan, conditions(4), field: "item"),
                RuleFixtures.correlation("any", .temporal, rules: order, by: groups, within: timespan),
                RuleFixtures.correlation(
                    "two", .temporal, rules: order, by: groups, within: timespan, [CountCondition(.gte, 2)]),
                RuleFixtures.correlation("order", .temporalOrdered, rules: order, by: groups, within: timespan),
                RuleFixtures.correlation(
                    "two-in-order", .temporalOrdered, rules: order, by: groups, within: timespan, [CountCondition(.gte, 2)]),
                RuleFixtures.correlation(
                    "twice", .temporalOrdered, rules: ["b0", "b0", "b1"], by: groups, within: timespan),
            ])
        var events: [TestEvent] = []
        let span = Int64.random(in: 1...(count * 3), using: &generator)
        let seldom = count > 40 ? 0.03 : 1
        func pick(_ common: ArraySlice<String>, _ all: [String]) -> String {
            let choices = Double.random(in: 0..<1, using: &generator) < seldom ? all[...] : common
            return choices.randomElement(using: &generator) ?? all[0]
        }
        for sequence in 1...Int64.random(in: (count / 2)...count, using: &generator) {
            // One base rule an event; two at once make a temporal count jump, which `Threshold` documents.
            let kinds = [pick(order.prefix(1), bases)]
            var fields: [(String, String)] = []
            if Int.random(in: 0...9, using: &generator) > 0 {
                fields.append(("user", ["ana", "Ana", "ben"].randomElement(using: &generator) ?? "ana"))
            }
            if Int.random(in: 0...9, using: &generator) > 0 {
                fields.append(("item", pick(["x", "X"], ["x", "X", "y", "z", "w"])))
            }
            events.append(TestEvent(sequence, at: Int64.random(in: 0...span, using: &generator), kinds: kinds, fields: fields))
        }
        let lateness = Int64.random(in: 0...20, using: &generator)
        let arrivals = events.map { (event: $0, at: $0.time + Int64.random(in: 0...lateness, using: &generator)) }
            .shuffled(using: &generator).sorted { $0.at < $1.at }.map(\.event)
        return Case(collection: collection, lateness: lateness, events: events, arrivals: arrivals)
    }

    @Test(arguments: seeds)
    func `any order within the lateness gives the findings of the sorted stream`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for number in 0..<Self.casesPerSeed {
            let test = Self.makeCase(&generator)
            PropertyChecks.equalsSorted(test, &generator, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `long streams of groups that stay below their condition are exact as well`(seed: UInt64) {
        var generator = SeededGenerator(seed: 4_000 + seed)
        for number in 0..<10 {
            let test = Self.makeCase(&generator, upTo: 400)
            PropertyChecks.equalsSorted(test, &generator, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `cutting into other batches and feeding twice changes no change`(seed: UInt64) {
        var generator = SeededGenerator(seed: 1_000 + seed)
        for number in 0..<20 {
            let test = Self.makeCase(&generator)
            PropertyChecks.isCutAsOneLikes(test, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `a snapshot restored at any event goes on as the original`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 2_000 + seed)
        for number in 0..<20 {
            let test = Self.makeCase(&generator)
            // A lateness smaller than the shuffle makes some events late as well, and few groups make evictions.
            let limits = CorrelatorLimits(groupsPerRule: Int.random(in: 1...3, using: &generator), groups: 9)
            try PropertyChecks.survivesRestoring(
                test, lateness: test.lateness / 2, limits: limits, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `events later than the lateness allows never break an open finding in two`(seed: UInt64) {
        var generator = SeededGenerator(seed: 3_000 + seed)
        for _ in 0..<20 {
            let test = Self.makeCase(&generator)
            var stream = Stream(test.collection, lateness: 0)
            var total = 0
            for event in test.arrivals {
                for change in stream.feed([event]) { total = max(total, change.finding.count) }
            }
            stream.end()
            #expect(total <= test.events.count)
            for finding in stream.findings.values {
                #expect(finding.firstSeen <= finding.lastSeen)
                #expect(finding.evidence.count == min(finding.count, Finding.maximumEvidence))
            }
        }
    }
}
