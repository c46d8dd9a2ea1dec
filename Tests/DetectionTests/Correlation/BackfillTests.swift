import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// A file of last week read beside a live stream: each finds what it would find alone.
struct BackfillTests {
    static let week: Int64 = 604_800

    /// Two streams of one case, the second a week later, in batches that take turns.
    private static func run(
        _ past: CorrelatorPropertyTests.Case, _ live: [TestEvent], restoring: Bool, using generator: inout SeededGenerator
    ) throws -> Stream {
        var stream = Stream(past.collection, lateness: past.lateness)
        let file = Source(id: 1, name: "file", allowedLateness: past.lateness * 1_000_000)
        let syslog = Source(id: 2, name: "syslog", allowedLateness: past.lateness * 1_000_000)
        var queues = [(file, past.arrivals[...]), (syslog, live[...])]
        var receivedAt = week + 1_000
        while !(queues[0].1.isEmpty && queues[1].1.isEmpty) {
            let turn = Int.random(in: 0...1, using: &generator)
            let place = queues[turn].1.isEmpty ? 1 - turn : turn
            let size = Int.random(in: 1...4, using: &generator)
            stream.feed(Array(queues[place].1.prefix(size)), from: queues[place].0, receivedAt: receivedAt)
            queues[place].1 = queues[place].1.dropFirst(size)
            // Both stay active all the time.
            if receivedAt < week + 1_050 { receivedAt += 1 }
            if restoring { try stream.restore() }
        }
        return stream
    }

    private static func later(_ events: [TestEvent]) -> [TestEvent] {
        events.map { event in
            var event = event
            event.time += week
            event.sequence += 10_000
            return event
        }
    }

    @Test(arguments: Array(UInt64(0)..<12))
    func `findings of both equal those of each alone`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 30_000 + seed)
        for number in 0..<20 {
            let past = CorrelatorPropertyTests.makeCase(&generator, upTo: number < 4 ? 200 : 40)
            var present = CorrelatorPropertyTests.makeCase(&generator, upTo: number < 4 ? 200 : 40)
            // The rules and the lateness of the first.
            present.arrivals = present.events.map { ($0, $0.time + Int64.random(in: 0...past.lateness, using: &generator)) }
                .shuffled(using: &generator).sorted { $0.1 < $1.1 }.map(\.0)
            let expected = ReferenceCorrelation.outcome(past.collection, past.events + Self.later(present.events))
            var stream = try Self.run(past, Self.later(present.arrivals), restoring: number % 5 == 0, using: &generator)
            for rule in stream.correlator.statistics { #expect(rule.statistics.late == 0) }
            stream.end()
            #expect(stream.outcome == expected, "seed \(seed), case \(number)")
            #expect(stream.correlator.liveGroups == 0)
        }
    }

    @Test(arguments: Array(UInt64(0)..<8))
    func `findings of chains as well`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 40_000 + seed)
        for number in 0..<20 {
            let past = ChainPropertyTests.makeCase(&generator)
            let expected = ReferenceChain.outcome(past.collection, past.events + Self.later(past.events))
            var stream = try Self.run(past, Self.later(past.arrivals), restoring: number % 5 == 0, using: &generator)
            stream.end()
            #expect(stream.outcome.filter { !$0.rule.hasPrefix("b") } == expected, "seed \(seed), case \(number)")
        }
    }

    private static let file = Source(id: 1, name: "file", allowedLateness: 0)
    private static let syslog = Source(id: 2, name: "syslog", allowedLateness: 0)

    @Test func `an episode of the file is not held until the live one of its group has ended`() {
        let rule = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 3)])
        var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule]))
        func live(_ sequence: Int64) -> TestEvent { TestEvent(sequence, at: Self.week - 100, "b0") }
        stream.feed([live(1), live(2), live(3)], from: Self.syslog, receivedAt: Self.week)
        #expect(stream.outcome.map(\.first) == [Self.week - 100])
        stream.feed([0, 1, 2].map { TestEvent($0 + 4, at: $0, "b0") }, from: Self.file, receivedAt: Self.week)
        #expect(stream.findings.count == 1)
        // Past 12 nothing can join the two; the wheel looks at the group within four times the timespan.
        stream.feed([TestEvent(8, at: 60, "b0", user: "ben")], from: Self.file, receivedAt: Self.week)
        #expect(stream.outcome.map(\.first) == [0, Self.week - 100])
    }

    @Test(arguments: [1, 40] as [Int64])
    func `an order in the file is seen, whatever the live stream has settled`(count: Int64) {
        let bases = ["b0", "b1", "b2"]
        let rule = RuleFixtures.correlation("c", .temporalOrdered, rules: bases, within: 50)
        let collection = SigmaCollection(rules: bases.map { RuleFixtures.base($0) }, correlations: [rule])
        var stream = Stream(collection)
        let live = (1...100).map { TestEvent($0, at: Self.week - 200 + $0, "b0") }
        for event in live { stream.feed([event], from: Self.syslog, receivedAt: Self.week) }
        stream.feed([TestEvent(1_000, at: 0, "b0")], from: Self.file, receivedAt: Self.week)
        for number in 1...count {
            stream.feed([TestEvent(1_000 + number, at: number, "b1")], from: Self.file, receivedAt: Self.week)
        }
        stream.feed([TestEvent(2_000, at: 50, "b2")], from: Self.file, receivedAt: Self.week)
        stream.feed([TestEvent(2_001, at: Self.week - 60, "b1")], from: Self.syslog, receivedAt: Self.week)
        stream.feed([TestEvent(2_002, at: Self.week - 51, "b2")], from: Self.syslog, receivedAt: Self.week)
        stream.end()
        #expect(stream.outcome.map(\.count) == [Int(count) + 2, 102])
    }

    @Test func `what the file's events leave behind is freed while the live stream goes on`() {
        let collection = SigmaCollection(
            rules: [RuleFixtures.base("b0")],
            correlations: [RuleFixtures.correlation("c", .eventCount, within: 600, [CountCondition(.gte, 3)])])
        var stream = Stream(collection)
        for number in Int64(1)...3_000 {
            let live = TestEvent(number * 2, at: Self.week - 50 + number / 100, "b0", user: "l\(number % 50)")
            stream.feed([live], from: Self.syslog, receivedAt: Self.week)
            let past = TestEvent(number * 2 + 1, at: number * 10, "b0", user: "f\(number)")
            stream.feed([past], from: Self.file, receivedAt: Self.week)
        }
        // Fifty of the live stream, and a timespan of the file with what the wheel adds.
        #expect(stream.correlator.liveGroups <= 50 + 70)
        #expect(stream.findings.count == 50)
        // The file has ended, and the live stream frees what it left.
        stream.feed([TestEvent(9_001, at: Self.week + 90, "b0", user: "l1")], from: Self.syslog, receivedAt: Self.week + 100)
        #expect(stream.correlator.liveGroups == 50)
    }
}
