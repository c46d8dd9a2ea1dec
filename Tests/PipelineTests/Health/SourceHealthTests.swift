import EventModel
import Pipeline
import Testing

struct SourceHealthTests {
    static let start = SourceCadenceTests.monday
    static let second: Int64 = 1_000_000

    /// A source that is looked at once a second.
    struct Watched {
        var health = SourceHealth(counts: .init(), at: SourceHealthTests.start)
        var counts = SourceHealth.Counts()
        var time = SourceHealthTests.start
        var limit: Int64?

        /// Looks once a second for so long, and returns what was said, with the second in which it was.
        mutating func pass(_ seconds: Int, receiving perSecond: Int = 0) -> [String] {
            var said: [String] = []
            for _ in 0..<seconds {
                time = time + SourceHealthTests.second
                counts.received += perSecond
                for event in health.look(counts, source: "s", at: time, limit: limit) {
                    let at = (event.time - SourceHealthTests.start) / SourceHealthTests.second
                    let lost = event.lost.values.reduce(0, +)
                    let ended = event.ended.map { " of \($0.rawValue)" } ?? ""
                    said.append("\(at) \(event.kind.rawValue)\(lost > 0 ? " \(lost)" : "")\(ended)")
                }
            }
            return said
        }

        mutating func lose(_ count: Int, _ reason: String = "kernel") {
            counts.received += count
            counts.dropped[reason, default: 0] += count
        }
    }

    @Test func aConfiguredLimitIsKept() {
        var source = Watched(limit: 60 * Self.second)
        #expect(source.pass(10, receiving: 5) == [])
        #expect(source.pass(59) == [])
        #expect(source.pass(600) == ["70 source.silent"], "said once, a minute after the last record")
        #expect(source.health.silentSince == Self.start + 10 * Self.second)
        #expect(source.pass(1, receiving: 1) == ["670 source.recovered of source.silent"])
        #expect(source.health.silentSince == nil)
        #expect(source.pass(61) == ["730 source.silent"])
    }

    @Test func aSourceThatNeverSpokeIsSilentFromTheStart() {
        var source = Watched(limit: 60 * Self.second)
        #expect(source.pass(120) == ["60 source.silent"])
    }

    @Test func lossIsToldAtOnceAndThenEveryTenMinutes() {
        var source = Watched()
        #expect(source.pass(5, receiving: 1) == [])
        source.lose(3)
        #expect(source.pass(1) == ["6 source.loss 3"])
        source.lose(4, "queue_full")
        #expect(source.pass(100) == [])
        source.lose(5)
        #expect(source.pass(500) == ["606 source.loss 9"])
        #expect(source.health.isLosing)
        #expect(source.pass(600, receiving: 1) == ["707 source.recovered of source.loss"])
        #expect(!source.health.isLosing)
        source.lose(1)
        #expect(source.pass(1) == ["1207 source.loss 1"])
    }

    @Test func whatWasLostWhileNobodyLookedIsTold() {
        var source = Watched()
        _ = source.pass(5, receiving: 1)
        source.lose(8)
        source.time = source.time + 3_600 * Self.second
        #expect(source.pass(1) == ["3606 source.loss 8"])
    }

    @Test func theDaemonsOwnAbsenceIsNoSilenceOfTheSource() {
        var source = Watched(limit: 60 * Self.second)
        _ = source.pass(5, receiving: 1)
        source.time = source.time + 3_600 * Self.second
        #expect(source.pass(60) == [])
        #expect(source.pass(10) == ["3666 source.silent"])
    }

    @Test func aClockThatIsSetBackSaysNothing() {
        var source = Watched(limit: 60 * Self.second)
        _ = source.pass(5, receiving: 1)
        source.time = source.time + -3_600 * Self.second
        #expect(source.pass(3_000) == [])
    }

    @Test func whatIsSaidIsARecord() {
        var event = HealthEvent(.loss, of: "a \"b\"", at: Self.start + 7, since: Self.start)
        event.lost = ["queue_full": 2, "kernel": 1]
        #expect(
            event.json
                == #"{"perimeter_event":"source.loss","id":"source.loss:a \"b\":345600000000:345600000007","#
                + #""time":"1970-01-05T00:00:00.000007Z","source":{"name":"a \"b\""},"since":"1970-01-05T00:00:00.000000Z","#
                + #""lost_records":3,"lost":[{"reason":"kernel","count":1},{"reason":"queue_full","count":2}],"#
                + #""message":"source a \"b\" has lost records since 1970-01-05T00:00:00Z: 1 kernel, 2 queue_full"}"#)
    }
}
