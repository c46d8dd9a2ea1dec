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
            PropertyChecks.equalsSorted(test, &generator, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `long streams are exact as well`(seed: UInt64) {
        var generator = SeededGenerator(seed: 4_000 + seed)
        for number in 0..<10 {
            let test = DeferredCases.makeCase(&generator, upTo: 300)
            PropertyChecks.equalsSorted(test, &generator, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `cutting into other batches and feeding twice changes no change`(seed: UInt64) {
        var generator = SeededGenerator(seed: 1_000 + seed)
        for number in 0..<20 {
            let test = DeferredCases.makeCase(&generator)
            PropertyChecks.isCutAsOneLikes(test, "seed \(seed), case \(number)")
        }
    }

    @Test(arguments: seeds.prefix(8))
    func `a snapshot restored at any event goes on as the original`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 2_000 + seed)
        for number in 0..<20 {
            let test = DeferredCases.makeCase(&generator)
            // A lateness smaller than the shuffle makes some events late as well, and few groups make evictions.
            let limits = CorrelatorLimits(groupsPerRule: Int.random(in: 1...3, using: &generator), groups: 14)
            try PropertyChecks.survivesRestoring(
                test, lateness: test.lateness / 2, limits: limits, "seed \(seed), case \(number)")
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
