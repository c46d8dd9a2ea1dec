import Alerting
import EventModel
import Foundation
import TestSupport
import Testing

@Suite struct EntityRiskTests {
    private static let start = Timestamp(seconds: 1_795_521_600)
    private static let day: Int64 = 86_400_000_000
    private static let dana = RiskEntity(field: "identity", value: "dana")

    private func finding(
        _ uid: String, _ level: Level, _ confidence: Confidence? = .high, day: Double = 0, of who: String = "dana"
    ) -> NotifiedFinding {
        var finding = Finding.make(
            uid: uid, title: uid, level: level, group: [.init(field: "identity", value: who)], evidence: 1)
        finding.firstSeen = Self.start + Int64(day * Double(Self.day))
        finding.rule.confidence = confidence
        return NotifiedFinding(finding)
    }

    private func closed(_ finding: NotifiedFinding, _ verdict: Verdict) -> NotifiedFinding {
        var finding = finding
        finding.status = .closed
        finding.verdict = verdict
        return finding
    }

    @Test(arguments: [
        (Level.informational, .high, 1.0), (.low, .high, 5), (.medium, .high, 20), (.high, .high, 50),
        (.critical, .high, 80), (.high, .medium, 25), (.high, .low, 12.5),
        // Of a rule that does not say.
        (.high, nil, 25),
    ] as [(Level, Confidence?, Double)])
    func `points by level and confidence`(level: Level, confidence: Confidence?, points: Double) {
        var risk = EntityRisk()
        _ = risk.update(finding("f", level, confidence))
        #expect(risk.points(of: Self.dana, at: Self.start) == points)
    }

    @Test(arguments: [(0.0, 80.0), (7, 40), (14, 20), (3.5, 56.568), (70, 0.078)])
    func `points halve in a week`(days: Double, points: Double) {
        var risk = EntityRisk()
        _ = risk.update(finding("f", .critical))
        let score = risk.points(of: Self.dana, at: Self.start + Int64(days * Double(Self.day)))
        #expect(abs(score - points) < 0.001)
    }

    @Test func `a finding counts once, and at its highest level`() {
        var risk = EntityRisk()
        #expect(risk.update(finding("f", .low)).entities == [Self.dana])
        #expect(risk.update(finding("f", .low)) == .init())
        var extended = finding("f", .low)
        extended.finding.count = 500
        extended.finding.lastSeen = Self.start + Self.day
        #expect(risk.update(extended) == .init())
        _ = risk.update(finding("f", .high))
        _ = risk.update(finding("f", .medium))
        #expect(risk.points(of: Self.dana, at: Self.start) == 50)
    }

    @Test(arguments: Verdict.allCases)
    func `what was none is taken out`(verdict: Verdict) {
        var risk = EntityRisk()
        _ = risk.update(finding("f", .high))
        let changes = risk.update(closed(finding("f", .high), verdict))
        let isOut = [.falsePositive, .benign, .test].contains(verdict)
        #expect(risk.points(of: Self.dana, at: Self.start) == (isOut ? 0 : 50))
        #expect(changes.entities == (isOut ? [Self.dana] : []))
        #expect(risk.count == (isOut ? 0 : 1))
        _ = risk.update(finding("f", .high))
        #expect(risk.points(of: Self.dana, at: Self.start) == 50, "opened again")
    }

    @Test func `crossing the threshold raises a finding, once`() throws {
        var risk = EntityRisk()
        #expect(risk.update(finding("a", .high)).told == [])
        #expect(risk.update(finding("b", .medium, day: 0.1)).told == [])
        let told = risk.update(finding("c", .critical, day: 0.2)).told
        #expect(told.map(\.entity) == [Self.dana])
        let raised = try #require(told.first?.finding)
        #expect(told.count == 1)
        #expect(raised.kind == "risk")
        #expect(raised.rule.level == .high)
        #expect(raised.group == [.init(field: "identity", value: "dana")])
        #expect(raised.count == 3)
        #expect(raised.evidence.count == 3)
        #expect(raised.firstSeen == Self.start)
        #expect(raised.reason == "risk 148.8, threshold 100, from 3 findings: c (critical, 80), a (high, 50), b (medium, 20)")
        let further = risk.update(finding("d", .low, day: 1)).told
        #expect(further.map(\.finding.uid) == [raised.uid], "the same one, and more of it")
        #expect(further.first?.finding.count == 4)
        #expect(risk.update(NotifiedFinding(raised)) == .init(), "risk does not add to risk")
    }

    /// Days at which critical findings come, and at which of them a new crossing begins.
    @Test(arguments: [
        ([0.0], []), ([0, 1], [1]), ([0, 1, 2, 3], [1]), ([0, 0, 30, 30], [1, 3]),
        // After a week 80 are left, which is above half: still the same.
        ([0, 0, 7, 7], [1]),
        // After 13 days 44 are left, which is below half.
        ([0, 0, 13], [1, 2]), ([0, 20, 40], []),
    ] as [([Double], [Int])])
    func `again only after it has fallen below half`(days: [Double], crossings: [Int]) {
        var risk = EntityRisk()
        var seen: Set<String> = []
        let raisers = days.indices.filter { index in
            let told = risk.update(finding("f\(index)", .critical, day: days[index])).told.map(\.finding.uid)
            return told.contains { seen.insert($0).inserted }
        }
        #expect(raisers == crossings)
    }

    @Test func `a crossing that rested on a false positive is withdrawn`() throws {
        var risk = EntityRisk()
        _ = risk.update(finding("a", .critical))
        let raised = try #require(risk.update(finding("b", .critical)).told.first)
        let changes = risk.update(closed(finding("a", .critical), .falsePositive))
        #expect(changes.withdrawn == [raised.finding.uid])
        #expect(changes.told == [])
        #expect(RiskCrossing.withdrawn(raised.finding).reason.hasPrefix("no longer so"))
        #expect(RiskCrossing.withdrawn(RiskCrossing.withdrawn(raised.finding)) == RiskCrossing.withdrawn(raised.finding))
        #expect(risk.update(finding("a", .critical)).told == [raised], "opened again")
    }

    /// Days at which critical findings come, one after the other, and the days of the last one of each crossing in the end.
    @Test(arguments: [
        // The third began first, and with the first reached the threshold before the second did.
        ([0, 1, 0.5], [1]), ([0, 1, -1], [1]), ([0, 0, 30, 30], [0, 30]), ([30, 30, 0, 0], [0, 30]),
        ([30, 31, 0, 1, 0.5, 30.5], [1, 31]),
    ] as [([Double], [Double])])
    func `a crossing that was told stays the same one when an earlier finding comes late`(days: [Double], last: [Double]) {
        var risk = EntityRisk()
        var told: Set<String> = []
        for (index, day) in days.enumerated() {
            let changes = risk.update(finding("f\(index)", .critical, day: day))
            #expect(changes.withdrawn == [])
            told.formUnion(changes.told.map(\.finding.uid))
        }
        let found = risk.state(of: Self.dana)?.crossings(risk.policy) ?? []
        #expect(Set(found.map(\.uid)) == told, "nobody is told of two")
        #expect(found.map(\.lastAt) == last.map { Self.start + Int64($0 * Double(Self.day)) })
    }

    @Test func `another policy counts anew what is kept`() throws {
        var risk = EntityRisk()
        _ = risk.update(finding("a", .high))
        _ = risk.update(finding("b", .high))
        let raised = try #require(risk.update(finding("c", .low)).told.first)
        let rows = risk.ranking(limit: 9)
        var same = EntityRisk(restoring: rows)
        #expect(same.recount() == .init())
        var policy = RiskPolicy()
        policy.threshold = 200
        var stricter = EntityRisk(policy: policy, restoring: rows)
        #expect(stricter.recount().withdrawn == [raised.finding.uid])
        policy.threshold = 50
        var laxer = EntityRisk(policy: policy, restoring: rows)
        #expect(laxer.recount().told == [], "the same crossing, though it began before")
        policy.threshold = 100
        policy.points[.high] = 0
        var other = EntityRisk(policy: policy, restoring: rows)
        _ = other.recount()
        #expect(other.points(of: Self.dana, at: Self.start) == 5)
    }

    @Test func `whom it is counted for`() {
        func entities(_ group: [(String, String)]) -> [String] {
            RiskEntity.entities(of: .make(group: group.map { .init(field: $0.0, value: $0.1) })).map { "\($0.field)=\($0.value)" }
        }
        #expect(entities([("src_endpoint.ip", "192.0.2.1"), ("identity", "dana")]) == ["identity=dana"])
        #expect(entities([("src_endpoint.ip", "192.0.2.1"), ("identity", "")]) == ["src_endpoint.ip=192.0.2.1"])
        #expect(entities([("b", "2"), ("a", "1"), ("b", "2")]) == ["a=1", "b=2"])
        #expect(entities([]) == [])
        #expect(entities((0..<50).map { ("f\($0)", "v") }).count == 8)
    }

    @Test(arguments: 0..<40)
    func `the order in which findings come does not matter`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let levels = Level.allCases
        var events = (0..<40).map { index in
            finding(
                "f\(index % 25)", levels[Int.random(in: 0..<5, using: &random)], day: Double.random(in: 0..<60, using: &random))
        }
        func outcome(_ events: [NotifiedFinding]) -> ([String: Finding], EntityRiskState?) {
            var risk = EntityRisk()
            var standing: [String: Finding] = [:]
            for event in events {
                let changes = risk.update(event)
                for uid in changes.withdrawn { standing[uid] = nil }
                for raised in changes.told { standing[raised.finding.uid] = raised.finding }
            }
            return (standing, risk.state(of: Self.dana))
        }
        /// All but the uid, which one that was told keeps.
        func anonymous(_ findings: [String: Finding]) -> [Finding] {
            findings.values.sorted { ($0.firstSeen, $0.lastSeen) < ($1.firstSeen, $1.lastSeen) }.map { finding in
                var finding = finding
                finding.uid = ""
                return finding
            }
        }
        let (first, state) = outcome(events)
        for _ in 0..<5 {
            events.shuffle(using: &random)
            let (again, stateAgain) = outcome(events)
            #expect(anonymous(again) == anonymous(first))
            #expect(stateAgain?.contributions == state?.contributions)
            #expect(stateAgain?.score.points == state?.score.points)
            #expect(stateAgain?.crossings(.init()).map(\.uid).sorted() == again.keys.sorted())
        }
    }

    @Test(arguments: 0..<10)
    func `a restart changes nothing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let events = (0..<60).map { index in
            finding(
                "f\(index)", .high, day: Double.random(in: 0..<40, using: &random),
                of: ["dana", "ben", "eve"][Int.random(in: 0..<3, using: &random)])
        }
        var whole = EntityRisk()
        var parts = EntityRisk()
        var rows: [RiskEntity: Data] = [:]
        for event in events {
            let expected = whole.update(event)
            #expect(parts.update(event) == expected)
            for entity in expected.entities { rows[entity] = try parts.state(of: entity).map { try JSONEncoder().encode($0) } }
            parts = EntityRisk(restoring: try rows.values.map { try JSONDecoder().decode(EntityRiskState.self, from: $0) })
        }
        #expect(parts.ranking(limit: 10) == whole.ranking(limit: 10))
    }

    @Test func `a storm keeps few, and its score`() {
        var policy = RiskPolicy()
        policy.maximumContributions = 16
        var risk = EntityRisk(policy: policy)
        var told: Set<String> = []
        var latest: Finding?
        for index in 0..<500 {
            let changes = risk.update(finding("f\(index)", .medium, day: Double(index) / 1_000))
            told.formUnion(changes.told.map(\.finding.uid))
            latest = changes.told.first?.finding ?? latest
            #expect(changes.withdrawn == [])
        }
        #expect(told.count == 1, "one crossing, that goes on")
        #expect(risk.state(of: Self.dana)?.contributions.count == 16)
        #expect(risk.points(of: Self.dana, at: Self.start + Self.day / 2) > 9_700)
        #expect(latest?.count == 500)
        #expect(latest?.evidence.count == Finding.maximumEvidence)
        #expect(risk.update(finding("f3", .medium, day: 0.003)) == .init(), "counted already, and forgotten: left out")
    }

    @Test func `entities are bounded, and the riskiest are kept`() {
        var policy = RiskPolicy()
        policy.maximumEntities = 32
        var risk = EntityRisk(policy: policy)
        _ = risk.update(finding("worst", .critical, of: "worst"))
        var rows: Set<RiskEntity> = []
        for index in 0..<500 {
            let changes = risk.update(finding("f\(index)", .low, day: Double(index) / 1_000, of: "p\(index)"))
            for entity in changes.entities {
                if risk.state(of: entity) == nil { rows.remove(entity) } else { rows.insert(entity) }
            }
            #expect(risk.count <= 32)
        }
        #expect(rows.count + 1 == risk.count, "the changes tell which rows go")
        #expect(risk.ranking(limit: 1).map(\.entity.value) == ["worst"])
        #expect(risk.ranking(limit: 2).last?.entity.value == "p499", "of equal points the newer are worth more")
    }

    @Test func `all contributions together are bounded`() {
        var policy = RiskPolicy()
        policy.maximumTotal = 64
        var risk = EntityRisk(policy: policy)
        for index in 0..<500 { _ = risk.update(finding("f\(index)", .low, day: Double(index) / 100, of: "p\(index / 10)")) }
        let kept = risk.ranking(limit: 500)
        #expect(kept.reduce(0) { $0 + $1.contributions.count } <= 64)
        #expect(kept.count >= 6 && kept.first?.contributions.count == 10, "those of the highest score are kept")
    }

    @Test func `hostile policies and times do no harm`() {
        var policy = RiskPolicy()
        policy.halfLife = .max
        policy.maximumContributions = 0
        var risk = EntityRisk(policy: policy)
        for time in [Timestamp.distantPast, .distantFuture, Timestamp(microseconds: 0)] {
            var odd = finding("f\(time.microseconds)", .critical)
            odd.finding.firstSeen = time
            _ = risk.update(odd)
        }
        #expect(risk.points(of: Self.dana, at: Self.start).isFinite)
    }
}
