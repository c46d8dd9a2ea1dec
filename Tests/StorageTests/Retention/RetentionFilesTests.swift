import Dispatch
import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

/// What retention does to files, seen by those who read them meanwhile, and over days.
@Suite("Retention and files")
struct RetentionFilesTests {
    private static let start = Timestamp(seconds: 1_795_132_800)

    private static func at(_ day: Int, hour: Int = 0) -> Timestamp {
        start + Int64(day) * RetentionEvents.oneDay + Int64(hour) * 3_600_000_000
    }

    private static func store(days: Int) async throws -> (ColdStore, RetentionEvents) {
        let cold = try ColdStore()
        var events = RetentionEvents()
        for day in 0..<days {
            let kinds: [(product: UInt16, classUID: UInt32, time: Timestamp)] = [
                (1, 3_002, at(day)), (1, 6_003, at(day, hour: 1)), (2, 3_002, at(day, hour: 2)), (2, 6_003, at(day, hour: 3)),
            ]
            try await cold.commit(events.batch(kinds, received: at(day, hour: 4)))
        }
        try await cold.concludeAll()
        try await cold.compact()
        return (cold, events)
    }

    /// Files whose events have expired stay for readers that listed them before.
    @Test(arguments: [RetentionPolicy(overall: .init(age: .seconds(86_400))), .init(products: ["okta": .init(age: .seconds(86_400))])])
    func aSearchThatHasBegunFindsAll(_ policy: RetentionPolicy) async throws {
        let (cold, events) = try await Self.store(days: 3)
        let reader = try cold.store.reader()
        let (hasBegun, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let found = Collector<String>()
        let searching = Task {
            try await reader.search(SearchRequest(.constant(true))) { event in
                if found.all.isEmpty {
                    hasBegun.signal()
                    mayGoOn.wait()
                }
                found.add(String(decoding: event.event.raw, as: UTF8.self))
            }
        }
        // The reader waits on its own thread, and this on one of Dispatch's.
        await withCheckedContinuation { resumption in
            DispatchQueue.global().async {
                hasBegun.wait()
                resumption.resume()
            }
        }
        #expect(try await cold.compactor.expire(policy, now: Self.at(3)).files.count == 2)
        mayGoOn.signal()
        let totals = try await searching.value
        #expect(!totals.isPartial && totals.given == events.made.count)
        #expect(try await cold.texts().count < events.made.count)
        // By then nobody can need them any more.
        try await cold.compactor.sweepWaiting()
        #expect(try cold.files().contains("2026-11-20.db"))
        try await cold.compactor.sweep()
        #expect(try !cold.files().contains("2026-11-20.db"))
    }

    /// A backup that is taken meanwhile has what it lists.
    @Test func aBackupIsWhole() async throws {
        let (cold, events) = try await Self.store(days: 2)
        let policy = RetentionPolicy(overall: .init(age: .seconds(86_400)))
        let listed = try Connection(path: cold.store.files.database, access: .readOnly)
            .rows("SELECT DISTINCT partition FROM cold_blocks") { $0.text(0) }
        #expect(try await cold.compactor.expire(policy, now: Self.at(2)).files.map(\.action) == [.unlinked])
        for name in listed { #expect(FileManager.default.fileExists(atPath: cold.store.files.partition(name))) }
        let restored = StoreFiles(directory: cold.store.folder.path("restored"))
        _ = try StoreBackup.take(of: cold.store.files, to: cold.store.folder.path("backup"))
        _ = try StoreBackup.restore(from: cold.store.folder.path("backup"), to: restored)
        #expect(try await cold.store.reader(restored).search(SearchRequest(.constant(true))).events.count == events.made.count / 2)
    }

    /// A late event of a day whose file waits to be unlinked: the file stays, with that event alone.
    @Test func aLateEventOfADayThatWaits() async throws {
        let (cold, made) = try await Self.store(days: 2)
        var events = made
        _ = try await cold.compactor.expire(RetentionPolicy(overall: .init(age: .seconds(86_400))), now: Self.at(2))
        let fresh = try Compactor(writer: cold.opened.writer, catalog: cold.store.events.catalog, products: AuditEvents.products)
        try await cold.commit(events.batch([(1, 3_002, Self.at(0))], received: Self.at(2)))
        while try await fresh.step(through: .max, isEager: true) != nil {}
        #expect(try await cold.texts().count == 5)
        try await cold.compactor.sweep()
        #expect(try await cold.texts().count == 5)
        #expect(try cold.files() == ["2026-11-20.db", "2026-11-21.db"])
    }

    /// A plan for a file that has changed since is not carried out.
    @Test func aPlanThatIsTooOld() async throws {
        let (cold, made) = try await Self.store(days: 2)
        var events = made
        let policy = RetentionPolicy(overall: .init(age: .seconds(86_400)))
        let plan = try await cold.store.reader().retentionPlan(policy, now: Self.at(2))
        try await cold.commit(events.batch([(1, 3_002, Self.at(0))], received: Self.at(2)))
        try await cold.compact()
        #expect(try await cold.compactor.carryOut(plan).files == [])
        #expect(try await cold.texts().count == 9)
        #expect(try await cold.compactor.expire(policy, now: Self.at(2)).expiredEvents == 5)
    }

    /// A file of which a limit takes a part is written again once, whatever trickles in late, and however often is looked.
    @Test func aFileIsWrittenAgainOnceALimit() async throws {
        let (cold, made) = try await Self.store(days: 12)
        var events = made
        let policy = RetentionPolicy(
            overall: .init(age: .seconds(30 * 86_400)), products: ["okta": .init(age: .seconds(5 * 86_400))],
            classifications: [.init(name: "personal", classes: [3_002], limit: .init(age: .seconds(3 * 86_400)))])
        var rewritten: [String: Int] = [:]
        for hour in 0..<72 {
            let now = Self.at(12, hour: hour)
            // Late ones of days long past: expired already by okta's limit, not by any, by the classification's.
            let late: [(product: UInt16, classUID: UInt32, time: Timestamp)] = [
                (1, 6_003, Self.at(hour % 5)), (2, 6_003, Self.at(hour % 5)), (2, 3_002, Self.at(hour % 5)), (2, 6_003, now),
            ]
            try await cold.commit(events.batch(late, received: now))
            for file in try await cold.compactor.expire(policy, now: now).files where file.action == .rewritten {
                rewritten[String(file.name.prefix(10)), default: 0] += 1
            }
            try await cold.compact()
        }
        // Of the twelve days, the classification has taken a part of the first eleven, okta's limit of the first nine.
        #expect(rewritten.count == 11)
        #expect(rewritten.values.allSatisfy { $0 <= 2 }, "\(rewritten)")
        let kept = events.made.filter { event in
            !(event.product == "okta" && event.day < RetentionEvents.day(Self.at(14)) - 5
                || event.classUID == 3_002 && event.day < RetentionEvents.day(Self.at(14)) - 3)
        }
        #expect(try await cold.texts() == kept.map(\.text).sorted())
    }

    /// A damaged block stays as it is, and is told; the other blocks and files expire all the same.
    @Test func damageDoesNotEndTheWork() async throws {
        let (cold, events) = try await Self.store(days: 4)
        let rows = try Connection(path: cold.store.files.partition("2026-11-20.db"), access: .readWrite)
        try rows.run("UPDATE segments SET data = zeroblob(length(data)) WHERE id & 1048575 = 2")
        try Data(repeating: 0x41, count: 30_000)
            .write(to: URL(fileURLWithPath: cold.store.files.partition("2026-11-21.db")))
        let policy = RetentionPolicy(products: ["okta": .init(age: .seconds(86_400))])
        let report = try await cold.compactor.expire(policy, now: Self.at(4))
        #expect(report.files.map(\.name) == ["2026-11-22.db"] && report.expiredEvents == 2 && report.keptEvents == 14)
        #expect(report.damagedBlocks.compactMap(\.partition) == ["2026-11-20.db", "2026-11-21.db"], "\(report)")
        // All of the days' events expire without being read.
        let all = try await cold.compactor.expire(RetentionPolicy(overall: .init(age: .seconds(86_400))), now: Self.at(4))
        #expect(all.files.map(\.name) == ["2026-11-20.db", "2026-11-21.db", "2026-11-22.1.db"])
        #expect(try await cold.texts() == events.made.suffix(4).map(\.text).sorted())
    }

    /// A block whose rows can be read, and not their values: it is found out when the file is written.
    @Test func damagedValuesDoNotEndTheWork() async throws {
        let cold = try ColdStore()
        var events = RetentionEvents()
        try await cold.concludeAll()
        // Two blocks of one day; the first has values enough to have segments of their own.
        for count in [200, 2] {
            let batch = (0..<count).map { (product: UInt16(1 + $0 % 2), classUID: UInt32(3_002), time: Self.at(0)) }
            try await cold.commit(events.batch(batch, received: Self.at(0)))
            try await cold.compact()
        }
        let partition = try Connection(path: cold.store.files.partition("2026-11-20.db"), access: .readWrite)
        let first = try #require(try partition.integer("SELECT min(id) FROM blocks"))
        try partition.run(
            "UPDATE segments SET data = zeroblob(length(data)) WHERE id >> 20 = ? AND id & 1048575 > 2", [.integer(first)])
        let report = try await cold.compactor.expire(RetentionPolicy(products: ["okta": .init(age: .seconds(86_400))]), now: Self.at(2))
        #expect(report.damagedBlocks.count == 1 && report.problems == [], "\(report)")
        #expect(report.expiredEvents == 1 && report.keptEvents == 201)
        let result = try await cold.store.reader().search(SearchRequest(.constant(true)))
        #expect(result.totals.damagedBlocks.count == 1 && result.events.count == 1)
    }

    /// Whatever the policy: afterwards exactly the events are found that it keeps, each once.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func exactlyWhatThePolicyKeepsIsFound(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let cold = try ColdStore()
        var events = RetentionEvents()
        try await cold.concludeAll()
        for _ in 0..<12 {
            let received = Self.at(Int.random(in: 0..<12, using: &generator), hour: Int.random(in: 0..<24, using: &generator))
            let batch = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                // Mostly of the last days, some of other years.
                let isStray = Int.random(in: 0..<10, using: &generator) == 0
                let shift = Int64.random(in: isStray ? -900...900 : -6...0, using: &generator)
                return (
                    product: UInt16.random(in: 0...3, using: &generator),
                    classUID: RetentionEvents.classes.randomElement(using: &generator) ?? 0,
                    time: received + shift * RetentionEvents.oneDay + Int64.random(in: 0..<3_600_000_000, using: &generator)
                )
            }
            try await cold.commit(events.batch(batch, received: received))
            if Bool.random(using: &generator) { try await cold.compact() }
        }
        let policy = Self.policy(&generator)
        let now = Self.at(12, hour: Int.random(in: 0..<24, using: &generator))
        let kept = events.made.filter { Self.keeps(policy, $0, now) }.map(\.text).sorted()
        let plan = try await cold.store.reader().retentionPlan(policy, now: now).report
        let report = try await cold.compactor.expire(policy, now: now)
        #expect(report.expiredEvents == plan.expiredEvents && report.keptEvents == plan.keptEvents)
        let soon = try await cold.texts()
        #expect(soon.count == report.keptEvents && soon.count == Set(soon).count && Set(kept).isSubset(of: soon))
        // Hot blocks with others as well lose theirs when they become cold.
        try await cold.compact()
        #expect(try await cold.texts() == kept)
        try await cold.compactor.sweep()
        #expect(try await cold.texts() == kept)
        #expect(try await cold.compactor.expire(policy, now: now).files == [])
    }

    private static func policy(_ generator: inout SeededGenerator) -> RetentionPolicy {
        func limit(_ range: ClosedRange<Int>) -> RetentionPolicy.Limit {
            .init(age: .seconds(Int.random(in: range, using: &generator) * 3_600))
        }
        return RetentionPolicy(
            overall: limit(100...400), products: ["okta": limit(20...300), "slack": limit(20...300)],
            classifications: [
                .init(name: "a", classes: [3_002, 3_001], limit: limit(20...300)),
                .init(name: "b", classes: [6_003], products: ["github", "slack"], limit: limit(20...300)),
                .init(name: "c", classes: [0], products: ["unknown"], limit: limit(1...60)),
            ])
    }

    /// Every limit in turn, for one event.
    private static func keeps(_ policy: RetentionPolicy, _ event: RetentionEvents.Made, _ now: Timestamp) -> Bool {
        var limits = [policy.overall]
        if let limit = policy.products[event.product] { limits.append(limit) }
        for classification in policy.classifications {
            let isOfClass = classification.classes.isEmpty || classification.classes.contains(event.classUID)
            let isOfProduct = classification.products.isEmpty || classification.products.contains(event.product)
            if isOfClass && isOfProduct { limits.append(classification.limit) }
        }
        // The last moment of its day is older than the age: midnight behind it is at least that old.
        let end = (event.day + 1) * RetentionEvents.oneDay
        return limits.allSatisfy { limit in
            guard let age = limit.age else { return true }
            return now.microseconds - end < age.components.seconds * 1_000_000
        }
    }
}
