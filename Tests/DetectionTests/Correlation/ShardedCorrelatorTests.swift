import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// However many shards share the work, the findings are those of one correlator, ids included.
@Suite("Sharded correlation") struct ShardedCorrelatorTests {
    private enum Source: CaseIterable { case counts, chains, computed }

    private static func makeCase(_ source: Source, _ generator: inout SeededGenerator) -> CorrelatorPropertyTests.Case {
        switch source {
        case .counts: CorrelatorPropertyTests.makeCase(&generator, upTo: 120)
        case .chains: ChainPropertyTests.makeCase(&generator)
        case .computed: DeferredCases.makeCase(&generator, upTo: 120)
        }
    }

    /// The arrivals in batches, extracted.
    private static func batches(_ test: CorrelatorPropertyTests.Case, _ stream: inout Stream) -> [MatchBatch] {
        stride(from: 0, to: test.arrivals.count, by: 7).map {
            stream.extract(Array(test.arrivals[$0..<min($0 + 7, test.arrivals.count)]))
        }
    }

    private static func last(_ changes: [FindingChange]) -> [String: Finding] {
        Dictionary(changes.map { ($0.finding.uid, $0.finding) }) { $1 }
    }

    @Test(arguments: 0..<12, [2, 3, 4]) func findWhatOneFinds(seed: Int, count: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        for source in Source.allCases {
            for number in 0..<10 {
                let test = Self.makeCase(source, &generator)
                var stream = Stream(test.collection, lateness: test.lateness)
                let batches = Self.batches(test, &stream)
                let end = Timestamp(seconds: 100_000_000)
                var one = ShardedCorrelator(ruleSet: stream.ruleSet, lateness: stream.source.allowedLateness)
                one.count(batches)
                let expected = Self.last(one.takeChanges() + one.advance(to: end))
                var several = ShardedCorrelator(
                    ruleSet: stream.ruleSet, lateness: stream.source.allowedLateness, shards: count)
                // Some at once, on threads, and some one by one.
                several.count(Array(batches.prefix(batches.count / 2)))
                for batch in batches.dropFirst(batches.count / 2) { several.count([batch]) }
                let found = Self.last(several.takeChanges() + several.advance(to: end))
                #expect(found == expected, "seed \(seed), \(source), case \(number)")
                #expect(several.liveGroups == 0)
                #expect(several.statistics.map(\.statistics.matches) == one.statistics.map(\.statistics.matches))
            }
        }
    }

    @Test(arguments: 0..<6, [1, 3]) func aSnapshotGoesOnAsTheOriginal(seed: Int, count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(1_000 + seed))
        for source in Source.allCases {
            let test = Self.makeCase(source, &generator)
            var stream = Stream(test.collection, lateness: test.lateness)
            let batches = Self.batches(test, &stream)
            var original = ShardedCorrelator(ruleSet: stream.ruleSet, lateness: stream.source.allowedLateness, shards: count)
            for (place, batch) in batches.enumerated() {
                original.count([batch])
                _ = original.takeChanges()
                guard place % 3 == 0 else { continue }
                // How many shards a machine would have now does not matter: the snapshot says how many there are.
                var restored = try ShardedCorrelator(
                    restoring: original.snapshot(), ruleSet: stream.ruleSet, lateness: stream.source.allowedLateness)
                #expect(restored.shardCount == count)
                var going = original
                for later in batches.dropFirst(place + 1) {
                    going.count([later])
                    restored.count([later])
                }
                #expect(restored.takeChanges() == going.takeChanges(), "seed \(seed), \(source), batch \(place)")
            }
        }
    }

    @Test(arguments: 0..<4) func aSnapshotOfOneCorrelatorIsOneShard(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(2_000 + seed))
        for source in Source.allCases {
            let test = Self.makeCase(source, &generator)
            var stream = Stream(test.collection, lateness: test.lateness)
            let batches = Self.batches(test, &stream)
            let half = batches.count / 2
            for batch in batches.prefix(half) { _ = stream.correlator.process(batch) }
            var restored = try ShardedCorrelator(
                restoring: stream.correlator.snapshot(), ruleSet: stream.ruleSet, lateness: stream.source.allowedLateness)
            #expect(restored.shardCount == 1)
            for batch in batches.dropFirst(half) { stream.correlator.count(batch) }
            restored.count(Array(batches.dropFirst(half)))
            #expect(restored.takeChanges() == stream.correlator.takeChanges(), "seed \(seed), \(source)")
            #expect(restored.through == stream.correlator.through)
        }
    }

    @Test(arguments: ["", "PCS0", "PCSS"]) func whatIsNoSnapshotIsRefused(text: String) {
        let stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")]))
        #expect(throws: SnapshotError.damaged) {
            _ = try ShardedCorrelator(
                restoring: Array(text.utf8) + [UInt8](repeating: 0, count: 20), ruleSet: stream.ruleSet, lateness: 0)
        }
    }

    // MARK: Other rules

    /// Two chains, and a third correlation that makes one of them; a rule that suppresses, and one that does not.
    private static let correlations = [
        RuleFixtures.correlation("a", .eventCount, within: 20, [CountCondition(.gte, 2)]),
        RuleFixtures.correlation("b", .eventCount, rules: ["b1"], within: 20, [CountCondition(.gte, 2)]),
        RuleFixtures.correlation("aa", .eventCount, rules: ["a"], within: 20, [CountCondition(.gte, 2)]),
        RuleFixtures.correlation("bb", .eventCount, rules: ["b"], within: 20, [CountCondition(.gte, 2)]),
        RuleFixtures.correlation("ab", .temporal, rules: ["a", "b"], within: 20),
    ]

    private static func collection(_ ids: [String]) -> SigmaCollection {
        var rules = ["b0", "b1", "b2"].map { RuleFixtures.base($0) }
        rules[2].metadata.suppression = Suppression(duration: 30_000_000, fields: ["identity"])
        return SigmaCollection(rules: rules, correlations: correlations.filter { ids.contains($0.metadata.id) })
    }

    /// Rules that stay the same go on where they were, whatever comes and goes around them.
    @Test(arguments: [
        (["a", "b", "aa", "bb"], ["a", "b", "aa", "bb", "ab"]), (["a", "b", "aa", "bb", "ab"], ["a", "b", "aa", "bb"]),
        (["b", "bb"], ["a", "b", "aa", "bb"]), (["a", "b", "aa", "bb"], ["b", "bb"]), (["a", "b"], ["a", "b", "ab"]),
        (["a", "b", "aa"], ["b"]),
    ], [1, 2, 3, 4])
    func aReloadChangesNothingOfWhatStays(rules: ([String], [String]), count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let users = (0..<12).map { "u\($0)" }
        let events = (1...240).map { number in
            let user = users.randomElement(using: &generator) ?? ""
            return TestEvent(
                Int64(number), at: Int64(number / 4), kinds: [["b0", "b1", "b2"].randomElement(using: &generator) ?? ""],
                fields: [("user", user), ("identity", user)])
        }
        var before = Stream(Self.collection(rules.0))
        let after = RuleSet(collection: Self.collection(rules.1), products: RuleFixtures.products, catalog: before.catalog)
        let early = before.extract(Array(events[..<120]))
        before.ruleSet = after
        before.detector = Detector(ruleSet: after)
        let late = before.extract(Array(events[120...]))
        let old = early.ruleSet
        var outcomes: [[String: Finding]] = []
        for shards in [1, count] {
            var reloaded = ShardedCorrelator(ruleSet: old, lateness: 0, shards: shards)
            reloaded.count([early])
            var restarted = try ShardedCorrelator(restoring: reloaded.snapshot(), ruleSet: after, lateness: 0)
            reloaded.replace(ruleSet: after)
            let told = reloaded.takeChanges()
            reloaded.count([late])
            restarted.count([late])
            let end = Timestamp(seconds: 100_000_000)
            let found = reloaded.takeChanges() + reloaded.advance(to: end)
            outcomes.append(Self.last(told + found))
            outcomes.append(Self.last(told + restarted.takeChanges() + restarted.advance(to: end)))
        }
        #expect(outcomes[0].count > 20)
        for outcome in outcomes.dropFirst() { #expect(outcome == outcomes[0]) }
    }
}
