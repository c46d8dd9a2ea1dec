import Detection
import EventModel
import Sigma
import Testing

/// What drills send counts apart from everything else.
@Suite struct DrillMarksTests {
    private static let start = Timestamp(seconds: 1_000_000)
    private static let id = "k7q2m4x9aaaabbbb"

    private static func drill(_ id: String = id, from: Int64 = -10, to: Int64 = 10) -> StoredDrill {
        StoredDrill(
            id: id, scenario: "s", door: "udp", startedBy: "ana", startedAt: start + from * 1_000_000, endsAt: start + to * 1_000_000)
    }

    @Test(arguments: [
        (#"{"who":"drill-k7q2m4x9aaaabbbb@drill.invalid"}"#, true), (#"{"file":"of drill-k7q2m4x9aaaabbbb 7"}"#, true),
        ("drill-k7q2m4x9aaaabbbb", true), ("drill-drill-k7q2m4x9aaaabbbb", true), ("drill-other drill-k7q2m4x9aaaabbbb", true),
        ("drill-k7q2m4x9aaaabbb", false), ("drill-k7q2m4x9aaaabbbbb", false), ("DRILL-k7q2m4x9aaaabbbb", false), ("drill-", false),
        ("", false), ("dana@example.com", false),
    ])
    func aRecordIsOfADrillByItsMark(record: String, isOfDrill: Bool) {
        let marks = DrillMarks([Self.drill()])
        var record = record
        #expect(record.withUTF8 { marks.isMarked(UnsafeRawBufferPointer($0), receivedAt: Self.start) } == isOfDrill)
    }

    @Test(arguments: [(-11, false), (-10, true), (0, true), (10, true), (3_610, true), (3_611, false)] as [(Int64, Bool)])
    func aMarkHoldsWhileItsDrillRunsAndAnHourMore(second: Int64, holds: Bool) {
        let marks = DrillMarks([Self.drill()])
        var record = "drill-" + Self.id
        let received = Self.start + second * 1_000_000
        #expect(record.withUTF8 { marks.isMarked(UnsafeRawBufferPointer($0), receivedAt: received) } == holds)
    }

    /// The rule asks for two events within ten seconds; some are of a drill.
    @Test(arguments: [
        ([true, false], []), ([true, true], ["drill 2"]), ([true, false, true], ["drill 2"]), ([false, true, false], ["2"]),
        ([true, false, true, false, true], ["2", "drill 3"]),
    ], [["user"], []])
    func whatADrillSendsIsNotCountedWithWhatHappens(story: (areOfDrill: [Bool], findings: [String]), groupBy: [String]) throws {
        let rule = RuleFixtures.correlation("c", .eventCount, by: groupBy, [CountCondition(.gte, 2)])
        var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule]))
        stream.extractor.drills = DrillMarks([Self.drill()])
        for (number, isOfDrill) in story.areOfDrill.enumerated() {
            var event = TestEvent(Int64(number + 1), at: 999_990, "b0")
            if isOfDrill { event.raw = #"{"x":"drill-k7q2m4x9aaaabbbb"}"# }
            stream.feed([event])
        }
        let told = stream.findings.values.map { ($0.drill == Self.id ? "drill " : "") + "\($0.count)" }
        #expect(told.sorted() == story.findings)
    }

    /// One correlation on another.
    @Test func aDrillStaysOneThroughChains() throws {
        let inner = RuleFixtures.correlation("inner", .eventCount, [CountCondition(.gte, 2)])
        let outer = RuleFixtures.correlation("outer", .eventCount, rules: ["inner"], by: [], [CountCondition(.gte, 1)])
        var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [inner, outer]))
        stream.extractor.drills = DrillMarks([Self.drill()])
        for number in 1...2 {
            var event = TestEvent(Int64(number), at: 999_990, "b0")
            event.raw = "drill-" + Self.id
            stream.feed([event])
        }
        #expect(stream.findings.values.contains { $0.rule.id == "outer" })
        #expect(stream.findings.values.allSatisfy { $0.drill == Self.id })
    }
}
