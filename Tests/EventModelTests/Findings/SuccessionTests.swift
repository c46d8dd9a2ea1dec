import EventModel
import Testing

/// What becomes of an episode after people decided about its latest finding.
@Suite struct SuccessionTests {
    /// An episode with events at these seconds.
    private static func episode(_ seconds: [Int64]) -> Finding {
        Finding(
            uid: "e", rule: RuleSummary(id: "r", title: "R", level: .high), kind: "event_count", group: [], count: seconds.count,
            firstSeen: Timestamp(seconds: seconds.min() ?? 0), lastSeen: Timestamp(seconds: seconds.max() ?? 0),
            evidence: seconds.sorted().map { Evidence(sequence: $0, time: Timestamp(seconds: $0), rule: "r") }, reason: "")
    }

    private static func closed(at seconds: Int64, count: Int, number: Int = 1, base: Int = 0) -> EpisodeStanding {
        EpisodeStanding(
            uid: number == 1 ? "e" : "e-\(number)", status: .closed, closedAt: Timestamp(seconds: seconds), number: number,
            base: base, count: count)
    }

    private static func open(_ status: FindingStatus, number: Int = 1, base: Int = 0, since: Int64? = nil) -> EpisodeStanding {
        EpisodeStanding(
            uid: number == 1 ? "e" : "e-\(number)", status: status, number: number, base: base,
            since: since.map { Timestamp(seconds: $0) }, count: 1)
    }

    @Test(arguments: [
        ("nothing is stored", [10, 20], nil, "e", 2, 10, true),
        ("an open one is extended", [10, 20, 30], open(.new), "e", 3, 10, false),
        ("so is one that is looked at", [10, 20, 30], open(.acknowledged), "e", 3, 10, false),
        ("the same again, closed", [10, 20], closed(at: 25, count: 2), "e", 2, 10, false),
        ("late: it happened before the closing", [10, 15, 20], closed(at: 25, count: 2), "e", 3, 10, false),
        ("it happened after the closing", [10, 20, 30], closed(at: 25, count: 2), "e-2", 1, 30, true),
        ("several after", [10, 20, 30, 40], closed(at: 25, count: 2), "e-2", 2, 30, true),
        ("the next one is extended", [10, 20, 30, 40], open(.new, number: 2, base: 2, since: 25), "e-2", 2, 30, false),
        ("and followed", [10, 20, 30, 60], closed(at: 50, count: 1, number: 2, base: 2), "e-3", 1, 60, true),
    ] as [(String, [Int64], EpisodeStanding?, String, Int, Int64, Bool)])
    func becomes(
        _ name: String, seconds: [Int64], standing: EpisodeStanding?, uid: String, count: Int, firstSeen: Int64, isNew: Bool
    ) {
        let tracked = TrackedFinding(episode: Self.episode(seconds), standing: standing)
        #expect(tracked.finding.uid == uid)
        #expect(tracked.finding.count == count)
        #expect(tracked.finding.firstSeen == Timestamp(seconds: firstSeen))
        #expect(tracked.isNew == isNew)
        #expect(tracked.episode == "e")
        #expect(tracked.previous == (isNew ? standing?.uid : standing?.previous))
    }

    @Test(arguments: [
        (Level.informational, 1, 5), (.high, 1, 70), (.high, 2, 71), (.high, 1_023, 79), (.high, 1_024, 80),
        (.critical, 1_000_000, 100), (.low, 0, 20),
    ])
    func risk(level: Level, count: Int, risk: Int) {
        var finding = Self.episode([1])
        finding.rule.level = level
        finding.count = count
        #expect(finding.risk == risk)
    }
}
