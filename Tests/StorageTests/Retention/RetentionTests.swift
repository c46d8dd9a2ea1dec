import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

@Suite("Retention")
struct RetentionTests {
    /// 2026-11-20T00:00:00Z, the first day of these tests' events.
    private static let start = Timestamp(seconds: 1_795_132_800)
    private static let okta: UInt16 = 1
    private static let github: UInt16 = 2

    private static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    private static func midnight(_ day: Int) -> Timestamp { start + Int64(day) * RetentionEvents.oneDay }

    /// A store with as many days of events, all cold: okta and github by turns, of two classes, in so many blocks a day.
    private static func filled(_ days: Int, perBlock: Int = 40, blocks: Int = 1) async throws -> (ColdStore, RetentionEvents) {
        let cold = try ColdStore()
        var events = RetentionEvents()
        try await cold.concludeAll()
        for day in 0..<days {
            for block in 0..<blocks {
                let start = midnight(day) + Int64(block) * 3_600_000_000
                var batch: [(product: UInt16, classUID: UInt32, time: Timestamp)] = []
                for index in 0..<perBlock {
                    let product = index % 4 == 0 ? okta : github
                    batch.append((product, index % 8 < 4 ? 3_002 : 6_003, start + Int64(index) * 1_000_000))
                }
                try await cold.commit(events.batch(batch, received: midnight(day) + 3_600_000_000))
                try await cold.compact()
            }
        }
        return (cold, events)
    }

    /// An age counts in whole days: a day's events expire together, when its last moment is older.
    @Test(arguments: [
        (Duration.seconds(86_400), 4, 0, 1), (Duration.seconds(86_400), 4, 86_399, 1), (Duration.seconds(3_600), 4, 3_599, 1),
        (Duration.seconds(3_600), 4, 3_600, 0), (Duration.seconds(3 * 86_400), 4, 0, 3), (Duration.seconds(9 * 86_400), 4, 0, 4),
    ])
    func byAge(age: Duration, nowDay: Int, seconds: Int64, keptDays: Int) async throws {
        let (cold, events) = try await Self.filled(4)
        let now = Self.midnight(nowDay) + seconds * 1_000_000
        let policy = RetentionPolicy(overall: .init(age: age))
        let plan = try await cold.store.reader().retentionPlan(policy, now: now).report
        #expect(plan.isDryRun && plan.expiredEvents == 40 * (4 - keptDays) && plan.keptEvents == 40 * keptDays)
        #expect(plan.files.allSatisfy { $0.action == .unlinked && $0.kept == 0 }, "a day goes whole, or stays")
        #expect(try await cold.texts().count == 160, "a plan changes nothing")
        var done = try await cold.compactor.expire(policy, now: now)
        #expect(!done.isDryRun)
        done.isDryRun = true
        #expect(done == plan)
        let kept = events.made.filter { $0.time >= Self.midnight(4 - keptDays) }.map(\.text).sorted()
        #expect(try await cold.texts() == kept)
        try await cold.compactor.sweep()
        #expect(try cold.files().count == keptDays)
        #expect(try await cold.compactor.expire(policy, now: now).files == [], "nothing is left to expire")
    }

    private static let personal = RetentionPolicy.Classification(name: "personal", classes: [3_002], limit: .init(age: days(2)))

    /// Of all limits that apply the shortest counts, and the report says which.
    @Test(arguments: [
        (RetentionPolicy(products: ["okta": .init(age: days(2))]), ["okta products.okta.age"], 10),
        (RetentionPolicy(products: ["slack": .init(age: days(2))]), [], 0),
        (RetentionPolicy(classifications: [personal]), ["github classifications.personal.age", "okta classifications.personal.age"], 20),
        (
            RetentionPolicy(overall: .init(age: days(3)), products: ["okta": .init(age: days(9))], classifications: [personal]),
            ["github classifications.personal.age", "okta classifications.personal.age"], 20
        ),
        (
            RetentionPolicy(
                products: ["okta": .init(age: days(2))],
                classifications: [.init(name: "c", classes: [3_002, 1], products: ["okta", "slack"], limit: .init(age: days(2)))]),
            ["okta products.okta.age"], 10
        ),
        (
            RetentionPolicy(classifications: [.init(name: "c", classes: [3_002], products: ["okta"], limit: .init(age: days(2)))]),
            ["okta classifications.c.age"], 5
        ),
        (
            RetentionPolicy(classifications: [.init(name: "c", products: ["okta", "slack"], limit: .init(age: days(2)))]),
            ["okta classifications.c.age"], 10
        ),
    ])
    func byProductAndClass(_ policy: RetentionPolicy, limits: [String], events: Int) async throws {
        // The first of three days has expired by the limits of two days.
        let (cold, made) = try await Self.filled(3)
        let report = try await cold.compactor.expire(policy, now: Self.midnight(3))
        let shares = report.files.flatMap(\.expired)
        #expect(shares.map { "\($0.product) \($0.limit)" } == limits)
        #expect(report.expiredEvents == events && report.keptEvents == 120 - events)
        #expect(report.files.allSatisfy { $0.action == .rewritten && $0.kept == 40 - events })
        let left = try await cold.texts()
        #expect(left.count == 120 - events && Set(left).isSubset(of: made.made.map(\.text)))
        try await cold.compactor.sweep()
        #expect(try await cold.texts() == left)
        let names = ["2026-11-20\(events > 0 ? ".1" : "").db", "2026-11-21.db", "2026-11-22.db"]
        #expect(try cold.files() == names)
    }

    /// The oldest days go until the rest fits. Of a day that alone is beyond the limit a part goes, and an eighth more.
    @Test(arguments: [(35, 3_600), (25, 2_400), (15, 1_200), (9, 900), (5, 300)])
    func bySize(tenths: Int, events: Int) async throws {
        let (cold, _) = try await Self.filled(3, perBlock: 300, blocks: 4)
        let all = try await cold.store.reader().retentionPlan(RetentionPolicy(), now: Self.midnight(3)).report
        let bytes = all.keptBytes / 3 * tenths / 10
        let policy = RetentionPolicy(overall: .init(bytes: bytes))
        let report = try await cold.compactor.expire(policy, now: Self.midnight(3))
        #expect(report.keptBytes <= bytes && report.keptEvents == events)
        let summary = try await cold.store.reader().summary()
        #expect(summary.coldBytes <= bytes && summary.coldEvents == events)
        let actions = Set(report.files.map(\.action))
        #expect(actions.contains(.rewritten) == (events < 1_200), "whole days are unlinked")
        #expect(try await cold.compactor.expire(policy, now: Self.midnight(3)).files == [], "what is left fits")
    }

    /// Bytes are divided by events, not by products; the report says what each limit is about.
    @Test func sizesOfKinds() async throws {
        let (cold, _) = try await Self.filled(3)
        let policy = RetentionPolicy(
            overall: .init(bytes: 1 << 40), products: ["okta": .init(age: Self.days(900), bytes: 1 << 40)],
            classifications: [.init(name: "c", classes: [6_003], products: ["okta"], limit: .init(bytes: 1 << 40))])
        let limits = try await cold.store.reader().retentionPlan(policy, now: Self.midnight(3)).report.limits
        #expect(limits.map(\.name) == ["size", "products.okta.age", "products.okta.size", "classifications.c.size"])
        #expect(limits.map(\.events) == [120, 30, 30, 15] && limits.allSatisfy { !$0.isEstimated })
        #expect(abs(limits[1].bytes - limits[0].bytes / 4) <= 3 && abs(limits[3].bytes - limits[0].bytes / 8) <= 3)
        #expect(limits.map(\.keepsFrom) == [nil, Self.midnight(-897), nil, nil])
    }

    /// One event of next year does not have today taken for an old day.
    @Test func timesToComeAreTodays() async throws {
        let (cold, _) = try await Self.filled(1)
        var events = RetentionEvents()
        try await cold.commit(events.batch([(Self.okta, 3_002, Self.midnight(300))], received: Self.midnight(0)))
        try await cold.compact()
        let all = try await cold.store.reader().retentionPlan(RetentionPolicy(), now: Self.midnight(1)).report
        let policy = RetentionPolicy(overall: .init(bytes: all.keptBytes - 1))
        let limit = try await cold.store.reader().retentionPlan(policy, now: Self.midnight(0) + 7_200_000_000).report.limits[0]
        let from = try #require(limit.keepsFrom)
        #expect(from < Self.midnight(1), "a part of today goes, not all of it: \(from)")
    }

    /// Wherever it is cut off: what should stay is there once, and the next run ends the work.
    @Test(arguments: Compactor.Checkpoint.allCases, [RetentionPolicy(classifications: [personal]), .init(overall: .init(age: days(2)))])
    func endsAtAnyStep(_ checkpoint: Compactor.Checkpoint, _ policy: RetentionPolicy) async throws {
        struct Crash: Error {}
        let (cold, made) = try await Self.filled(3)
        await cold.compactor.interrupt { if $0 == checkpoint { throw Crash() } }
        await #expect(throws: Crash.self) { _ = try await cold.compactor.expire(policy, now: Self.midnight(3)) }
        let all = made.made.map(\.text).sorted()
        let isClassified = !policy.classifications.isEmpty
        let kept = made.made.filter { $0.time >= Self.midnight(1) || isClassified && $0.classUID != 3_002 }.map(\.text).sorted()
        let during = try await cold.texts()
        #expect(during == (checkpoint == .afterSwap ? kept : all))
        await cold.compactor.interrupt(nil)
        try await cold.compactor.sweep()
        _ = try await cold.compactor.expire(policy, now: Self.midnight(3))
        try await cold.compactor.sweep()
        #expect(try await cold.texts() == kept)
    }

    /// Hot blocks expire too, but for those that the correlator has yet to read.
    @Test func hotBlocks() async throws {
        let cold = try ColdStore()
        var events = RetentionEvents()
        let policy = RetentionPolicy(classifications: [Self.personal])
        // One whose events have all expired, one with others as well, one with younger ones.
        for (classUID, day) in [(UInt32(3_002), 0), (6_003, 0), (3_002, 3)] {
            let batch = [(Self.okta, UInt32(3_002), Self.midnight(day)), (Self.okta, classUID, Self.midnight(0))]
            try await cold.commit(events.batch(batch.map { ($0.0, $0.1, $0.2) }, received: Self.midnight(3)))
        }
        #expect(try await cold.compactor.expire(policy, now: Self.midnight(4)).files == [])
        try await cold.concludeAll()
        let report = try await cold.compactor.expire(policy, now: Self.midnight(4))
        #expect(report.files.map(\.action) == [.thinned] && report.files.map(\.name) == ["siem.db"])
        #expect(report.expiredEvents == 2 && report.keptEvents == 4)
        #expect(report.undecidedEvents == 4, "of both blocks that stay a part has expired")
        // What is mixed loses its expired events when it becomes cold.
        let step = try #require(try await cold.compactor.step(through: .max, isEager: true))
        #expect(step.expired.map(\.events) == [2] && step.events == 2)
        #expect(step.expired.map(\.limit) == ["classifications.personal.age"])
        #expect(try await cold.texts() == [events.made[3].text, events.made[4].text])
        let after = try await cold.store.reader().retentionPlan(policy, now: Self.midnight(4)).report
        #expect(after.undecidedEvents == 0 && after.keptEvents == 2)
    }

    /// Blocks that were made before tallies were kept are opened instead.
    @Test func withoutTallies() async throws {
        let (cold, _) = try await Self.filled(3)
        let policy = RetentionPolicy(overall: .init(age: Self.days(3)), classifications: [Self.personal])
        let expected = try await cold.store.reader().retentionPlan(policy, now: Self.midnight(3) + RetentionEvents.oneDay).report
        #expect(expected.files.count == 2 && expected.expiredEvents == 60)
        for text in ["", "okta 3002 1", "okta 3002 99999999999999999999", "x"] {
            try cold.store.connection().run("UPDATE cold_blocks SET tallies = ?", [.text(text)])
            var found = try await cold.store.reader().retentionPlan(policy, now: Self.midnight(3) + RetentionEvents.oneDay).report
            // What falls under a limit is then divided equally.
            found.limits = expected.limits
            #expect(found == expected)
        }
    }

    /// Takes back what later versions of the schema have added.
    private static let backToVersion2 = """
        DROP TABLE finding_changes; DROP TABLE silences; DROP TABLE notification_groups; DROP TABLE delivery_findings;
        DROP TABLE entity_risk; DROP TABLE drills; DROP TABLE state_pages;
        DROP INDEX findings_by_drill; DROP INDEX findings_open; DROP INDEX deliveries_dead; ALTER TABLE deliveries DROP COLUMN receipt;
        DROP INDEX findings_by_episode; DROP INDEX findings_by_risk; DROP INDEX deliveries_by_time;
        ALTER TABLE deliveries DROP COLUMN content_type; ALTER TABLE deliveries DROP COLUMN path;
        ALTER TABLE deliveries RENAME COLUMN thread TO finding_uid;
        CREATE INDEX deliveries_by_finding ON deliveries (finding_uid, number);
        """
        + ["episode", "number", "previous", "base", "since", "risk", "assignee", "verdict", "closed_at", "drill"]
        .map { "ALTER TABLE findings DROP COLUMN \($0);" }.joined() + """
            DROP TABLE aliases; DROP TABLE source_memory;
            ALTER TABLE cold_blocks DROP COLUMN tallies;
            PRAGMA user_version = 2
            """

    /// A store of an older version has no tallies; the writer brings it forward.
    @Test func anOlderStoreIsTakenForward() async throws {
        let (cold, events) = try await Self.filled(2)
        try await cold.opened.writer.close()
        try cold.store.connection().execute(Self.backToVersion2)
        let opened = try cold.store.open()
        #expect(try await opened.reader().search(SearchRequest(.constant(true))).events.count == events.made.count)
        let compactor = try Compactor(writer: opened.writer, catalog: cold.store.events.catalog, products: AuditEvents.products)
        let policy = RetentionPolicy(classifications: [Self.personal])
        #expect(try await compactor.expire(policy, now: Self.midnight(3)).expiredEvents == 20)
        #expect(try cold.store.connection().integer("SELECT count(*) FROM cold_blocks WHERE tallies != ''") == 1)
    }
}
