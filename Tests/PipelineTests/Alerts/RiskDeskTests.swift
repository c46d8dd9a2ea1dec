import Alerting
import EventModel
import Foundation
import Pipeline
import Storage
import TestSupport
import Testing

/// Risk with a real store: what a commit writes, and what is left of it after a restart.
struct RiskDeskTests {
    private static let start = Timestamp(seconds: 1_795_521_600)
    private static let hour: Int64 = 3_600_000_000

    private static func finding(
        _ uid: String, _ level: Level = .critical, hour: Double = 0, of who: String = "dana", product: String? = "okta"
    ) -> Finding {
        let time = start + Int64(hour * Double(Self.hour))
        return Finding(
            uid: uid, rule: RuleSummary(id: "r-\(uid)", title: uid, level: level, confidence: .high, product: product),
            kind: "event_count", group: [.init(field: "identity", value: who)], count: 1, firstSeen: time, lastSeen: time,
            evidence: [Evidence(sequence: 1, time: time, rule: "r-\(uid)")], reason: "")
    }

    /// A store, and a desk as `CorrelationSession` drives it.
    private final class Scene {
        let folder: TemporaryFolder
        let files: StoreFiles
        let writer: StoreWriter
        let policy: RiskPolicy?
        private(set) var desk: RiskDesk

        init(_ policy: RiskPolicy? = RiskPolicy()) async throws {
            folder = try TemporaryFolder()
            files = StoreFiles(directory: folder.path("data"))
            writer = try StoreWriter(files: files, catalog: FieldCatalog(), products: ProductCatalog([]))
            self.policy = policy
            desk = try await .restored(policy, writer: writer)
        }

        /// What a process that is killed leaves: the store alone.
        func restart(_ policy: RiskPolicy?) async throws { desk = try await .restored(policy, writer: writer) }
        func restart() async throws { try await restart(policy) }

        func prepare(_ findings: [Finding]) async throws -> CorrelationCommit {
            let standings = try await writer.standings(ofEpisodes: findings.map(\.uid))
            var current = findings.map { TrackedFinding(episode: $0, standing: standings[$0.uid]) }
            desk.update(current)
            current += try await desk.findings(writer)
            return CorrelationCommit(findings: current, deliveries: [], risk: desk.changes, through: 0)
        }

        func commit(_ findings: [Finding]) async throws {
            try await writer.commit(prepare(findings))
            desk.committed()
        }

        /// What a person does, which is looked for before the next commit.
        func apply(_ change: TriageStore.Change, _ uid: String, at: Timestamp = .now()) async throws {
            try TriageStore(files: files).apply(change, to: uid, by: "omar", at: at)
            let isReopened = if case .reopen = change { true } else { false }
            desk.update(try await writer.findings(uids: [uid]), reopened: isReopened ? [uid] : [])
        }

        func raised() async throws -> [StoredFinding] {
            var filter = FindingFilter()
            filter.rule = "perimeter.risk"
            return try await StoreReader(files: files, catalog: FieldCatalog(), products: ProductCatalog([]), sources: [])
                .findings(filter).sorted { ($0.finding.firstSeen, $0.finding.uid) < ($1.finding.firstSeen, $1.finding.uid) }
        }

        func scores() async throws -> [String: Double] {
            Dictionary(uniqueKeysWithValues: try await writer.entityRisk().map { ($0.value, $0.points) })
        }
    }

    @Test func severalFindingsOfOneIdentityRaiseOneMore() async throws {
        let scene = try await Scene()
        try await scene.commit([Self.finding("a"), Self.finding("b", of: "ben")])
        #expect(try await scene.raised().isEmpty)
        try await scene.commit([Self.finding("c", hour: 1)])
        let raised = try #require(try await scene.raised().first)
        #expect(raised.status == .new && raised.finding.kind == "risk" && raised.finding.count == 2)
        #expect(raised.finding.group == [.init(field: "identity", value: "dana")])
        try await scene.commit([raised.finding, Self.finding("d", hour: 2)])
        #expect(try await scene.raised().map(\.finding.count) == [3], "more of the same, and risk adds nothing to risk")
    }

    @Test func whatADeskHasNotCommittedIsNotLostWithIt() async throws {
        let scene = try await Scene()
        try await scene.commit([Self.finding("a")])
        _ = try await scene.prepare([Self.finding("b", hour: 1)])
        try await scene.restart()
        #expect(try await scene.raised().isEmpty)
        // The replay finds them again.
        try await scene.commit([Self.finding("a"), Self.finding("b", hour: 1)])
        try await scene.restart()
        try await scene.commit([Self.finding("a"), Self.finding("b", hour: 1)])
        #expect(try await scene.raised().map(\.finding.count) == [2])
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == 160)
    }

    @Test func aCommitThatFailsIsMadeAgain() async throws {
        let scene = try await Scene()
        try await scene.commit([Self.finding("a"), Self.finding("b", hour: 1)])
        let uid = try #require(try await scene.raised().first?.finding.uid)
        let late = try await scene.prepare([Self.finding("c", hour: 2)])
        // Meanwhile a person closes what is about to be extended.
        try TriageStore(files: scene.files).apply(.close(.truePositive, reason: ""), to: uid, by: "omar")
        await #expect(throws: StoreError.self) { try await scene.writer.commit(late) }
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == 160, "neither is written without the other")
        try await scene.restart()
        try await scene.commit([Self.finding("c", hour: 2)])
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == 239)
        #expect(try await scene.raised().map(\.status) == [.closed])
    }

    @Test(arguments: Verdict.allCases)
    func aFindingThatWasNoneStopsCounting(verdict: Verdict) async throws {
        let scene = try await Scene()
        try await scene.commit([Self.finding("a"), Self.finding("b", hour: 1)])
        let before = try #require(try await scene.raised().first)
        try await scene.apply(.close(verdict, reason: ""), "a")
        try await scene.commit([])
        let isOut = [.falsePositive, .benign, .test].contains(verdict)
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == (isOut ? 80 : 160))
        let after = try #require(try await scene.raised().first)
        #expect(after.finding.reason.hasPrefix("no longer so") == isOut && after.status == .new)
        try await scene.restart()
        try await scene.commit([Self.finding("a")])
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == (isOut ? 80 : 160), "an event more of it changes nothing")
        try await scene.apply(.reopen(reason: ""), "a")
        try await scene.commit([])
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == 160)
        #expect(try await scene.raised().map(\.finding) == [before.finding], "as it was, and one")
    }

    @Test func theDaemonsHealthIsNobodysRisk() async throws {
        let scene = try await Scene()
        try await scene.commit([Self.finding("a", product: "perimeter"), Self.finding("b", product: "perimeter")])
        #expect(try await scene.scores() == [:])
        #expect(try await scene.raised().isEmpty)
    }

    /// Hours after the closing at which critical and low findings come, and how many findings of risk there are in the end.
    @Test(arguments: [
        ("nothing", [], 1), ("little", [(1.0, .low), (2, .low)], 1), ("enough", [(1, .critical)], 2),
        ("enough in parts", [(1, .medium), (2, .medium), (3, .medium)], 2),
        ("late, of before", [(-0.5, .critical)], 1),
    ] as [(String, [(Double, Level)], Int)])
    func oneThatWasClosedIsFollowedByOneOfEnough(_ name: String, later: [(Double, Level)], count: Int) async throws {
        let scene = try await Scene()
        try await scene.commit([Self.finding("a"), Self.finding("b", hour: 1)])
        let first = try #require(try await scene.raised().first)
        try await scene.apply(.close(.truePositive, reason: ""), first.finding.uid, at: Self.start + 2 * Self.hour)
        for (index, (hour, level)) in later.enumerated() {
            try await scene.commit([Self.finding("later-\(index)", level, hour: 2 + hour)])
        }
        let raised = try await scene.raised()
        #expect(raised.count == count)
        #expect(raised.filter { $0.status == .new }.allSatisfy { $0.previous == first.finding.uid })
    }

    @Test func switchedOffNothingIsAdded() async throws {
        let scene = try await Scene()
        try await scene.commit([Self.finding("a"), Self.finding("b", hour: 1)])
        try await scene.restart(nil)
        try await scene.commit([Self.finding("c", hour: 2)])
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == 160)
        try await scene.apply(.close(.falsePositive, reason: ""), "a")
        try await scene.commit([])
        #expect(try await scene.scores()["dana"].map { $0.rounded() } == 80, "what was taken back is taken out all the same")
        #expect(try await scene.raised().map(\.finding.count) == [2])
    }

    @Test func aRowThatCannotBeReadIsCountedAnew() async throws {
        let scene = try await Scene()
        let row = EntityRiskRow(field: "identity", value: "dana", findings: 9, points: 900, at: Self.start, state: "{")
        try await scene.writer.commit(
            CorrelationCommit(
                findings: [], deliveries: [], risk: [.init(field: row.field, value: row.value, row: row)], through: 0))
        try await scene.restart()
        try await scene.commit([Self.finding("a")])
        #expect(try await scene.scores()["dana"] == 80)
    }

    /// Whatever is committed together, in whatever order, however often, with a kill before, after or instead of any commit.
    @Test(arguments: 0..<12)
    func orderRepetitionAndRestartsChangeNothing(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let findings = (0..<24).map { index in
            Self.finding(
                "f\(index)", Level.allCases[Int.random(in: 1..<5, using: &random)], hour: Double.random(in: 0..<800, using: &random),
                of: ["dana", "ben"][Int.random(in: 0..<2, using: &random)])
        }
        let whole = try await Scene()
        try await whole.commit(findings)

        let parts = try await Scene()
        var left = (findings + findings.prefix(8)).shuffled(using: &random)
        while !left.isEmpty {
            let next = Array(left.prefix(Int.random(in: 1...4, using: &random)))
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                // Killed before the commit: it is all found again.
                _ = try await parts.prepare(next)
                try await parts.restart()
                continue
            case 1:
                // Killed after it, and found again as well.
                try await parts.commit(next)
                try await parts.restart()
                try await parts.commit(next)
            default: try await parts.commit(next)
            }
            left.removeFirst(next.count)
        }
        try await parts.restart()
        #expect(try await parts.scores() == whole.scores())
        func anonymous(_ scene: Scene) async throws -> [Finding] {
            // Two that were told turn out to be one when what lies between them comes last: then one of them says so.
            try await scene.raised().filter { !$0.finding.reason.hasPrefix("no longer so") }.map { stored in
                var finding = stored.finding
                finding.uid = ""
                return finding
            }
        }
        let (first, second) = (try await anonymous(parts), try await anonymous(whole))
        #expect(first == second)
    }
}
