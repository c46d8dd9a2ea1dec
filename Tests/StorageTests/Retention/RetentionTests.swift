import EventModel
import Foundation
import Storage
import Testing

@Suite("Retention")
struct RetentionTests {
    private static let now = Timestamp(seconds: AuditEvents.start) + 3_600_000_000

    private static func times(_ cold: ColdStore) async throws -> [(time: Timestamp, product: UInt16)] {
        try await cold.store.reader().allEvents().map { ($0.event.time, $0.event.row.product) }
    }

    private static func filled(_ seed: UInt64) async throws -> ColdStore {
        var cold = try ColdStore(seed: seed)
        for _ in 0..<3 {
            try await cold.fill(2)
            try await cold.compact()
        }
        return cold
    }

    /// An age beyond all events keeps them, one before them removes every one, with the files.
    @Test func byAge() async throws {
        let cold = try await Self.filled(1)
        let all = cold.given.count
        let lenient = try await cold.compactor.expire(RetentionPolicy(overall: .init(age: .seconds(86_400))), now: Self.now)
        #expect(lenient.files == [])
        let strict = RetentionPolicy(overall: .init(age: .seconds(60)))
        let dry = try await cold.compactor.expire(strict, now: Self.now, isDryRun: true)
        #expect(dry.expiredEvents == all && dry.isDryRun)
        #expect(dry.files.map(\.action) == [.unlinked])
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
        var report = try await cold.compactor.expire(strict, now: Self.now)
        report.isDryRun = true
        #expect(report == dry)
        #expect(try await cold.replayed() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: cold.store.files.coldDirectory) == [])
    }

    /// Within a block, each event is asked.
    @Test func someOfABlock() async throws {
        let cold = try await Self.filled(2)
        let before = try await Self.times(cold)
        let cutoff = before.map(\.time).sorted()[before.count / 2]
        let age = Duration.microseconds(Self.now.microseconds - cutoff.microseconds)
        let report = try await cold.compactor.expire(RetentionPolicy(overall: .init(age: age)), now: Self.now)
        #expect(report.files.map(\.action) == [.rewritten])
        let kept = before.filter { $0.time >= cutoff }
        #expect(try await Self.times(cold).map(\.time) == kept.map(\.time))
        #expect(report.expiredEvents == before.count - kept.count)
        #expect(report.files[0].kept == kept.count)
        try await cold.compactor.sweep()
        #expect(try await Self.times(cold).map(\.time) == kept.map(\.time))
        #expect(try FileManager.default.contentsOfDirectory(atPath: cold.store.files.coldDirectory) == ["2026-11-20.1.db"])
    }

    @Test func byProduct() async throws {
        let cold = try await Self.filled(3)
        let before = try await Self.times(cold)
        let policy = RetentionPolicy(products: ["okta": .init(age: .seconds(60))])
        let report = try await cold.compactor.expire(policy, now: Self.now)
        #expect(report.files.allSatisfy { $0.expired.keys.allSatisfy { $0 == "okta" } })
        #expect(try await Self.times(cold).map(\.product) == before.map(\.product).filter { $0 != 1 })
        #expect(report.expiredEvents == before.count { $0.product == 1 })
    }

    /// The oldest go until the rest fits.
    @Test func bySize() async throws {
        let cold = try await Self.filled(4)
        let bytes = try await cold.store.reader().summary().coldBytes
        let report = try await cold.compactor.expire(RetentionPolicy(overall: .init(bytes: bytes * 2 / 3 + 4_000)), now: Self.now)
        let left = try await cold.store.reader().summary()
        #expect(report.expiredEvents > 0)
        #expect(left.coldBytes <= bytes * 2 / 3 + 4_000)
        #expect(left.coldEvents + report.expiredEvents == cold.given.count)
        #expect(left.coldEvents > 0)
    }

    /// Wherever it is cut off: what should stay is there once, and the next run ends the work.
    @Test(arguments: Compactor.Checkpoint.allCases)
    func endsAtAnyStep(_ checkpoint: Compactor.Checkpoint) async throws {
        struct Crash: Error {}
        let cold = try await Self.filled(5)
        let before = try await Self.times(cold)
        let cutoff = before.map(\.time).sorted()[before.count / 2]
        let policy = RetentionPolicy(overall: .init(age: .microseconds(Self.now.microseconds - cutoff.microseconds)))
        await cold.compactor.interrupt { if $0 == checkpoint { throw Crash() } }
        await #expect(throws: Crash.self) { _ = try await cold.compactor.expire(policy, now: Self.now) }
        let during = try await Self.times(cold).map(\.time)
        let kept = before.map(\.time).filter { $0 >= cutoff }
        #expect(during == before.map(\.time) || during == kept)
        await cold.compactor.interrupt(nil)
        try await cold.compactor.sweep()
        _ = try await cold.compactor.expire(policy, now: Self.now)
        try await cold.compactor.sweep()
        #expect(try await Self.times(cold).map(\.time) == kept)
    }

    /// Hot blocks expire too, but for those that the correlator has yet to read.
    @Test func hotBlocks() async throws {
        var cold = try ColdStore(seed: 6)
        try await cold.fill(3)
        let policy = RetentionPolicy(overall: .init(age: .seconds(60)))
        #expect(try await cold.compactor.expire(policy, now: Self.now).files == [])
        try await cold.opened.writer.commit(CorrelationCommit(findings: [], deliveries: [], through: .max / 4, snapshot: [1]))
        let report = try await cold.compactor.expire(policy, now: Self.now)
        #expect(report.files.map(\.action) == [.thinned])
        #expect(report.expiredEvents == cold.given.count)
        #expect(try await cold.replayed() == [])
    }
}
