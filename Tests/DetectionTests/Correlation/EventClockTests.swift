import Detection
import EventModel
import Sigma
import Testing

struct EventClockTests {
    /// A batch: its source, the time of receipt, and the newest event time in it (nil: none that is credible). Seconds.
    struct Batch: Sendable {
        var source: String
        var receivedAt: Int64
        var time: Int64?
        var isStored = true
    }

    static let lateness: [String: Int64] = ["live": 300, "file": 0, "slow": 3_600]

    static func correlator(after batches: [Batch]) -> Correlator {
        let ruleSet = RuleSetTests.ruleSet([RuleFixtures.base("b0")])
        var correlator = Correlator(ruleSet: ruleSet, lateness: 3_600_000_000)
        for (index, batch) in batches.enumerated() {
            _ = correlator.process(
                MatchBatch(
                    ruleSet: ruleSet, clock: batch.time.map { Timestamp(seconds: $0) } ?? .distantPast, source: batch.source,
                    allowedLateness: (lateness[batch.source] ?? 0) * 1_000_000, receivedAt: Timestamp(seconds: batch.receivedAt),
                    through: batch.isStored ? Int64(index + 1) : 0))
        }
        return correlator
    }

    @Test(arguments: [
        ([Batch(source: "live", receivedAt: 10_000, time: 9_990)], 9_690),
        ([Batch(source: "live", receivedAt: 10_000, time: 9_990), Batch(source: "live", receivedAt: 10_001, time: 9_000)], 9_690),
        ([Batch(source: "live", receivedAt: 10_000, time: 9_990), Batch(source: "file", receivedAt: 10_001, time: 50)], 50),
        ([Batch(source: "live", receivedAt: 10_000, time: 9_990), Batch(source: "slow", receivedAt: 10_001, time: 9_990)], 6_390),
        // The file has ended: a minute later it holds nothing up.
        ([Batch(source: "file", receivedAt: 10_000, time: 50), Batch(source: "live", receivedAt: 10_060, time: 10_050)], 50),
        ([Batch(source: "file", receivedAt: 10_000, time: 50), Batch(source: "live", receivedAt: 10_061, time: 10_050)], 9_750),
        // A source without times of its own says nothing, and is not waited for.
        ([Batch(source: "live", receivedAt: 10_000, time: 9_990), Batch(source: "file", receivedAt: 10_030, time: nil)], 9_690),
        ([
            Batch(source: "file", receivedAt: 10_000, time: 50), Batch(source: "live", receivedAt: 10_070, time: 10_050),
            Batch(source: "file", receivedAt: 10_071, time: nil), Batch(source: "live", receivedAt: 10_072, time: 10_060),
        ], 9_760),
        // What the store had already is not in a replay.
        ([
            Batch(source: "live", receivedAt: 10_000, time: 9_990),
            Batch(source: "file", receivedAt: 10_001, time: 50, isStored: false),
        ], 9_690),
        // Nobody has sent for a while: the last watermark stays.
        ([Batch(source: "live", receivedAt: 10_000, time: 9_990), Batch(source: "file", receivedAt: 20_000, time: nil)], 9_690),
    ] as [([Batch], Int64)])
    func `the watermark is the smallest of the active sources'`(batches: [Batch], expected: Int64) {
        #expect(Self.correlator(after: batches).clock.watermark == Timestamp(seconds: expected))
    }

    @Test func `silence moves the watermark on, and the next event sets it anew`() {
        var correlator = Self.correlator(after: [Batch(source: "live", receivedAt: 10_000, time: 9_990)])
        _ = correlator.advance(to: Timestamp(seconds: 20_000))
        #expect(correlator.clock.watermark == Timestamp(seconds: 16_400))
        #expect(correlator.clock.latest == Timestamp(seconds: 20_000))
        _ = correlator.process(
            MatchBatch(
                ruleSet: correlator.ruleSet, clock: Timestamp(seconds: 10_000), source: "live", allowedLateness: 300_000_000,
                receivedAt: Timestamp(seconds: 10_010), through: 9))
        #expect(correlator.clock.watermark == Timestamp(seconds: 9_700))
    }

    @Test func `the clock is in the snapshot`() throws {
        let correlator = Self.correlator(after: [
            Batch(source: "file", receivedAt: 10_000, time: 50), Batch(source: "live", receivedAt: 10_060, time: 10_050),
        ])
        let restored = try Correlator(
            restoring: correlator.snapshot(), ruleSet: correlator.ruleSet, lateness: correlator.clock.lateness)
        #expect(restored.clock == correlator.clock)
        #expect(restored.clock.sources.map(\.name) == ["file", "live"])
    }
}
