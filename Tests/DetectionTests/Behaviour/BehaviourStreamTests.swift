import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// Behavioural rules in the stream: what they find does not depend on order, lateness, restarts or shards.
@Suite struct BehaviourStreamTests {
    private static let hour: Int64 = 3_600
    /// A Monday, 00:00 UTC.
    private static let start: Int64 = 1_795_392_000

    private static func rule(
        _ kind: CorrelationKind = .spike, by groupBy: [String] = ["user"], _ change: (inout Behaviour) -> Void = { _ in }
    ) -> SigmaCorrelation {
        var behaviour = Behaviour()
        behaviour.warmUpAge = 2 * Behaviour.day
        behaviour.minimumCount = 20
        change(&behaviour)
        return SigmaCorrelation(
            metadata: RuleFixtures.metadata("c"), kind: kind, rules: ["b0"], groupBy: groupBy, timespan: hour * 1_000_000,
            conditions: [], behaviour: behaviour)
    }

    private static func collection(_ rule: SigmaCorrelation) -> SigmaCollection {
        SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule])
    }

    /// So many events of a user in the hours of some days, in office hours alone; and a burst in one hour.
    private static func days(_ count: Int, user: String, perHour: Int, burst: (hour: Int64, events: Int)?) -> [TestEvent] {
        var events: [TestEvent] = []
        for day in 0..<Int64(count) {
            for hour in 8..<18 as Range<Int64> {
                for number in 0..<perHour {
                    let time = start + day * 24 * Self.hour + hour * Self.hour + Int64(number) * Self.hour / Int64(perHour)
                    events.append(TestEvent(0, at: time, "b0", user: user))
                }
            }
        }
        if let burst {
            for number in 0..<burst.events {
                let time = start + burst.hour * Self.hour + 60 + Int64(number) * 10
                events.append(TestEvent(0, at: time, "b0", user: user))
            }
        }
        return events.sorted { $0.time < $1.time }
    }

    private static var story: [TestEvent] {
        let events = days(10, user: "ana", perHour: 5, burst: (9 * 24 + 10, 250)) + days(10, user: "kim", perHour: 30, burst: nil)
            + days(10, user: "lee", perHour: 2, burst: (9 * 24 + 3, 60)) + days(1, user: "new", perHour: 40, burst: nil)
        return numbered(events.sorted { ($0.time, $0.value("user") ?? "") < ($1.time, $1.value("user") ?? "") })
    }

    private static func numbered(_ events: [TestEvent]) -> [TestEvent] {
        events.enumerated().map { number, event in
            var event = event
            event.sequence = Int64(number + 1)
            return event
        }
    }

    /// `user hour`, of the bucket that fired.
    private static func stories(_ findings: some Sequence<Finding>) -> [String] {
        findings.map { finding in
            let hours = (finding.firstSeen.microseconds / 1_000_000 - start) / hour
            return "\(finding.group.map(\.value).joined()) \(hours)"
        }.sorted()
    }

    /// Where it is later than all events.
    private static func stream(_ rule: SigmaCorrelation, lateness: Int64 = 300) -> Stream {
        var stream = Stream(collection(rule), lateness: lateness)
        stream.receivedAt = Timestamp(seconds: start + 40 * 24 * hour)
        return stream
    }

    /// Past the last event by so much that everything is settled.
    private static func settle(_ stream: inout Stream) {
        stream.advance(to: start + 30 * 24 * hour)
    }

    @Test func aSpikeIsFoundAndExplained() throws {
        var stream = Self.stream(Self.rule())
        for event in Self.story { stream.feed([event]) }
        Self.settle(&stream)
        #expect(Self.stories(stream.findings.values) == ["ana 226", "lee 219"])
        let finding = try #require(stream.findings.values.first { $0.group.first?.value == "ana" })
        let anomaly = try #require(finding.anomaly)
        #expect(finding.kind == "spike" && anomaly.kind == "spike")
        #expect(anomaly.observed >= 250 && (anomaly.usual ?? 0) < 10 && anomaly.record == 5)
        for part in ["for ana", "usual", "the most since 2026-11-23 were 5", "known since 2026-11-23"] {
            #expect(finding.reason.contains(part), "\(finding.reason)")
        }
    }

    /// A burst is told while it goes on, not when its hour is over.
    @Test func aSpikeIsToldAtOnce() {
        var stream = Self.stream(Self.rule())
        let burst = Self.start + (9 * 24 + 10) * Self.hour
        for event in Self.story where event.time < burst + 1_200 { stream.feed([event]) }
        #expect(Self.stories(stream.findings.values) == ["ana 226", "lee 219"])
    }

    @Test func orderWithinTheLatenessChangesNothing() {
        for seed in 0..<5 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let delayed = Self.story.map { (event: $0, arrival: $0.time + Int64.random(in: 0...290, using: &generator)) }
            let shuffled = Self.numbered(delayed.sorted { $0.arrival < $1.arrival }.map(\.event))
            var stream = Self.stream(Self.rule())
            stream.feed(shuffled, using: &generator)
            Self.settle(&stream)
            #expect(Self.stories(stream.findings.values) == ["ana 226", "lee 219"], "seed \(seed)")
        }
    }

    @Test(arguments: [0, 500, 4_000, 5_100, 5_300])
    func aRestartChangesNothing(after count: Int) throws {
        let events = Self.story
        var stream = Self.stream(Self.rule())
        for event in events.prefix(count) { stream.feed([event]) }
        let pages = stream.correlator.takeStatePages().mapValues(\.pages)
        let snapshot = stream.correlator.snapshot()
        stream.correlator = try Correlator(
            restoring: snapshot, ruleSet: stream.ruleSet, lateness: 300_000_000, pages: pages)
        for event in events.dropFirst(count) { stream.feed([event]) }
        Self.settle(&stream)
        #expect(Self.stories(stream.findings.values) == ["ana 226", "lee 219"])
    }

    /// Pages that are saved over each other are the whole state.
    @Test func changesAloneAreEnough() throws {
        let events = Self.story
        var stream = Self.stream(Self.rule())
        var saved: [String: [Int: StatePage]] = [:]
        for (number, event) in events.prefix(5_100).enumerated() {
            stream.feed([event])
            if number % 700 == 0 { stream.save(to: &saved) }
        }
        try stream.restart(&saved)
        for event in events.dropFirst(5_100) { stream.feed([event]) }
        Self.settle(&stream)
        #expect(Self.stories(stream.findings.values) == ["ana 226", "lee 219"])
    }

    @Test func anotherConditionGoesOnWithWhatWasLearned() {
        var stream = Self.stream(Self.rule { $0.minimumCount = 100_000 })
        let burst = Self.start + 9 * 24 * Self.hour
        for event in Self.story where event.time < burst { stream.feed([event]) }
        stream.replace(Self.collection(Self.rule()))
        for event in Self.story where event.time >= burst { stream.feed([event]) }
        Self.settle(&stream)
        #expect(Self.stories(stream.findings.values) == ["ana 226", "lee 219"])
        // What is counted is another thing: it is learned anew.
        var anew = Self.stream(Self.rule())
        for event in Self.story where event.time < burst { anew.feed([event]) }
        anew.replace(Self.collection(Self.rule(by: [])))
        for event in Self.story where event.time >= burst { anew.feed([event]) }
        #expect(anew.findings.isEmpty)
    }

    @Test func aBudgetLetsTheMostSurprisingThrough() {
        let rule = Self.rule { $0.alertBudget = 1 }
        // Four people burst on each of several days, one of them more than the others.
        var events: [TestEvent] = []
        for (user, size) in [("a", 60), ("b", 80), ("c", 100), ("d", 400)] {
            events += Self.days(20, user: user, perHour: 3, burst: nil)
            for day in 10..<20 as Range<Int64> {
                for number in 0..<(size * Int(day - 9)) {
                    events.append(TestEvent(0, at: Self.start + (day * 24 + 20) * Self.hour + Int64(number) / 2, "b0", user: user))
                }
            }
        }
        var stream = Self.stream(rule, lateness: 0)
        for event in Self.numbered(events.sorted { $0.time < $1.time }) { stream.feed([event]) }
        let all = Self.stories(Self.told(by: Self.rule(), events).values)
        let few = Self.stories(stream.findings.values)
        let first = all.filter { ($0.split(separator: " ").last.flatMap { Int($0) } ?? 0) / 24 == 10 }
        #expect(first.count == 4 && first.allSatisfy(few.contains), "nothing is kept back on the first day")
        #expect(few.count < all.count)
    }

    private static func told(by rule: SigmaCorrelation, _ events: [TestEvent]) -> [String: Finding] {
        var stream = stream(rule, lateness: 0)
        for event in numbered(events.sorted { $0.time < $1.time }) { stream.feed([event]) }
        return stream.findings
    }

    @Test func dropsAreFoundWhenTheirHourIsOver() {
        let rule = Self.rule(.drop, by: []) { $0.isNovel = false }
        let gap = Self.start + (11 * 24 + 10) * Self.hour
        let events = (0..<12 * 24 * 30 as Range<Int64>).map { TestEvent(0, at: Self.start + $0 * 120, "b0", user: "x") }
            .filter { $0.time < gap || $0.time >= gap + Self.hour }
        var stream = Self.stream(rule)
        for event in Self.numbered(events) { stream.feed([event]) }
        Self.settle(&stream)
        #expect(Self.stories(stream.findings.values).contains(" 274"), "\(Self.stories(stream.findings.values))")
    }

    @Test func metricsOfAllTogetherAreJudgedWhenTheirHourIsOver() {
        let rule = Self.rule(by: []) { behaviour in
            behaviour.model = .metric
            behaviour.warmUpAge = 5 * Behaviour.day
        }
        var stream = Self.stream(rule)
        for event in Self.numbered(Self.days(20, user: "x", perHour: 20, burst: (19 * 24 + 10, 300))) { stream.feed([event]) }
        Self.settle(&stream)
        #expect(Self.stories(stream.findings.values) == [" 466"])
        #expect(stream.findings.values.first?.reason.contains("highest since") == true)
    }
}
