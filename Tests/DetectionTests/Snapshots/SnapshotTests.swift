import Detection
import EventModel
import Sigma
import TestSupport
import Testing

struct SnapshotTests {
    static func stream() -> Stream {
        let collection = SigmaCollection(
            rules: ["b0", "b1"].map { RuleFixtures.base($0) },
            correlations: [
                RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 3)]),
                RuleFixtures.correlation("o", .temporalOrdered, rules: ["b0", "b1"]),
            ])
        var stream = Stream(collection, lateness: 60)
        stream.feed((1...30).map { TestEvent($0, at: $0, $0 % 7 == 0 ? "b1" : "b0", user: "u\($0 % 4)") })
        return stream
    }

    static func restore(_ bytes: [UInt8], _ stream: Stream) throws(SnapshotError) -> Correlator {
        try Correlator(restoring: bytes, ruleSet: stream.ruleSet, lateness: 60_000_000)
    }

    @Test func `a snapshot of a restored correlator is the same`() throws {
        let stream = Self.stream()
        let bytes = stream.correlator.snapshot()
        let restored = try Self.restore(bytes, stream)
        #expect(restored.snapshot() == bytes)
        #expect(restored.through == 30)
        #expect(restored.liveGroups == stream.correlator.liveGroups)
    }

    @Test func `any changed byte is found`() {
        let stream = Self.stream()
        let bytes = stream.correlator.snapshot()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            #expect(throws: SnapshotError.damaged) { try Self.restore(damaged, stream) }
        }
    }

    @Test func `a snapshot cut short is found`() {
        let stream = Self.stream()
        let bytes = stream.correlator.snapshot()
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: SnapshotError.damaged) { try Self.restore(Array(bytes.prefix(length)), stream) }
        }
    }

    @Test func `with another lateness the state is kept`() throws {
        var stream = Self.stream()
        let expected = stream.correlator.liveGroups
        stream.correlator = try Correlator(restoring: stream.correlator.snapshot(), ruleSet: stream.ruleSet, lateness: 5_000_000)
        #expect(stream.correlator.liveGroups == expected)
        stream.end()
        #expect(stream.correlator.liveGroups == 0)
    }

    @Test(arguments: [
        (0, 0, [1, 2, 3], 0), (0, 2, [1, 2, 3], 2), (2, 2, [3, 4], 0), (2, 5, [3, 4], 2), (5, 2, [6], 0),
    ] as [(Int64, Int64, [Int64], Int)])
    func `a replay keeps quiet about what the store knows`(snapshot: Int64, correlated: Int64, sequences: [Int64], muted: Int) {
        let plan = ReplayPlan(snapshotThrough: snapshot, correlatedThrough: correlated)
        #expect(plan.replayAfter == snapshot)
        #expect(plan.mutedPrefix(of: sequences) == muted)
        #expect(plan.isLive(through: sequences[sequences.count - 1]) == (muted < sequences.count))
    }

    @Test func `a replay from an old snapshot ends in the same state`() throws {
        var stream = Self.stream()
        let old = stream.correlator.snapshot()
        let events = (31...60).map { TestEvent($0, at: $0 + 10, $0 % 5 == 0 ? "b1" : "b0", user: "u\($0 % 4)") }
        let changes = stream.feed(Array(events[..<10])) + stream.feed(Array(events[10...]))
        var restored = stream
        restored.correlator = try Self.restore(old, stream)
        let replayed = restored.correlator.process(restored.extract(events))
        #expect(restored.correlator.snapshot() == stream.correlator.snapshot())
        #expect(Set(replayed.map(\.finding.uid)) == Set(changes.map(\.finding.uid)))
    }
}
