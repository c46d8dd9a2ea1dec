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

    @Test func aSnapshotOfAnotherKindIsRefused() {
        let stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")]))
        let single = Correlator(ruleSet: stream.ruleSet, lateness: 0).snapshot()
        #expect(throws: SnapshotError.unknownFormat) {
            _ = try ShardedCorrelator(restoring: single, ruleSet: stream.ruleSet, lateness: 0)
        }
    }
}
