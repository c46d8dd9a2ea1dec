import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// The types that compute, tuples, and boolean conditions, on random streams against the reference.
struct DeferredPropertyTests {
    static let seeds: [UInt64] = Array(0..<16)

    @Test(arguments: seeds)
    func `any order within the lateness gives the findings of the sorted stream`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for number in 0..<80 {
            let test = DeferredCases.makeCase(&generator)
            var stream = Stream(test.collection, lateness: test.lateness)
            #expect(stream.ruleSet.diagnostics.isEmpty)
            stream.feed(test.arrivals, using: &generator)
            stream.end()
            #expect(stream.correlator.liveGroups == 0)
            let expected = ReferenceCorrelation.outcome(test.collection, test.events)
            #expect(stream.outcome == expected, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `long streams are exact as well`(seed: UInt64) {
        var generator = SeededGenerator(seed: 4_000 + seed)
        for number in 0..<10 {
            let test = DeferredCases.makeCase(&generator, upTo: 300)
            var stream = Stream(test.collection, lateness: test.lateness)
            stream.feed(test.arrivals, using: &generator)
            stream.end()
            let expected = ReferenceCorrelation.outcome(test.collection, test.events)
            #expect(stream.outcome == expected, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `cutting into other batches and feeding twice changes no change`(seed: UInt64) {
        var generator = SeededGenerator(seed: 1_000 + seed)
        for number in 0..<20 {
            let test = DeferredCases.makeCase(&generator)
            var whole = Stream(test.collection, lateness: test.lateness)
            whole.feed(test.arrivals)
            whole.end()
            var twice = Stream(test.collection, lateness: test.lateness)
            for event in test.arrivals {
                var duplicate = event
                duplicate.sequence = 0
                twice.feed([event, duplicate])
                twice.feed([duplicate])
            }
            twice.end()
            #expect(whole.findings == twice.findings, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `a snapshot restored at any event goes on as the original`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 2_000 + seed)
        for number in 0..<20 {
            let test = DeferredCases.makeCase(&generator)
            // A lateness smaller than the shuffle makes some events late as well, and few groups make evictions.
            let limits = CorrelatorLimits(groupsPerRule: Int.random(in: 1...3, using: &generator), groups: 14)
            var original = Stream(test.collection, lateness: test.lateness / 2, limits: limits)
            var restored = original
            for event in test.arrivals {
                let expected = original.feed([event])
                try restored.restore()
                let changes = restored.feed([event])
                #expect(changes == expected, "seed \(seed), case \(number), sequence \(event.sequence)")
            }
            #expect(original.end() == restored.end(), "seed \(seed), case \(number)")
            #expect(original.correlator.statistics.map(\.statistics) == restored.correlator.statistics.map(\.statistics))
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `events later than the lateness allows do no harm`(seed: UInt64) {
        var generator = SeededGenerator(seed: 3_000 + seed)
        for _ in 0..<20 {
            let test = DeferredCases.makeCase(&generator)
            var stream = Stream(test.collection, lateness: 0)
            stream.feed(test.arrivals, using: &generator)
            stream.end()
            #expect(stream.correlator.liveGroups == 0)
            for finding in stream.findings.values {
                #expect(finding.firstSeen <= finding.lastSeen)
                #expect(finding.evidence.count == min(finding.count, Finding.maximumEvidence))
            }
        }
    }
}
