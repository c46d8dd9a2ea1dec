import EventModel
import Foundation
import Storage
import TestSupport
import Testing

/// What a crash leaves behind is a database and a prefix of its write-ahead log. Every prefix must be a state between two
/// commits: cursor, ledger, events and findings agree.
@Suite("Crashes")
struct CrashTests {
    private static let recordsPerCommit = 10

    /// A store whose log holds `commits` event commits (with a cursor that counts them), each followed by a correlation commit.
    private func store(commits: Int) async throws -> (TestStore, EventStore) {
        let store = try TestStore()
        var limits = StoreLimits()
        // Nothing is moved out of the log.
        limits.walPages = 1_000_000
        let opened = try store.open(limits)
        for number in 1...commits {
            let cursor = SourceCursor(name: "file", value: "\(number * Self.recordsPerCommit)")
            let batch = store.events.batch(Self.recordsPerCommit, cursor: cursor)
            let stored = try await opened.writer.commit(EventCommit(batches: [batch]))
            let through = stored[0].sequences.last ?? 0
            let finding = Findings.make(uid: "finding-\(number)")
            try await opened.writer.commit(
                CorrelationCommit(
                    findings: [TrackedFinding(finding)], deliveries: [Findings.delivery("delivery-\(number)", of: finding)],
                    through: through,
                    snapshot: Array("\(through)".utf8)))
        }
        return (store, opened)
    }

    @Test func everyPrefixOfTheLogIsConsistent() async throws {
        let (store, opened) = try await store(commits: 12)
        let log = try Data(contentsOf: URL(fileURLWithPath: store.files.database + "-wal"))
        var random = SeededGenerator(seed: 3)
        var cuts = (0..<60).map { _ in Int.random(in: 0...log.count, using: &random) }
        cuts += [0, 31, 32, log.count]
        var seen: Set<Int> = []
        for (number, cut) in cuts.enumerated() {
            let copy = StoreFiles(directory: store.folder.path("crashed-\(number)"))
            try FileManager.default.createDirectory(atPath: copy.directory, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: store.files.database, toPath: copy.database)
            try log.prefix(cut).write(to: URL(fileURLWithPath: copy.database + "-wal"))
            // As after a crash: no process, only siem.db and its log; then the daemon starts again.
            let writer = try StoreWriter(files: copy, catalog: store.events.catalog, products: store.events.products)
            let reader = try store.reader(copy)
            let events = try await reader.summary().events
            seen.insert(events)
            #expect(try await reader.cursors()["file"].map { Int($0) } ?? 0 == events)
            #expect(try await reader.ledger().first?.stored ?? 0 == events)
            let engine = try await writer.engineState()
            #expect(engine.storedThrough == Int64(events))
            let concluded = Int(engine.correlatedThrough) / Self.recordsPerCommit
            #expect(concluded == events / Self.recordsPerCommit || concluded == events / Self.recordsPerCommit - 1)
            #expect(try await reader.findings().count == concluded)
            #expect(try await reader.outboxStats().first?.pending ?? 0 == concluded)
            #expect(engine.snapshot.map { String(decoding: $0, as: UTF8.self) } ?? "0" == "\(engine.correlatedThrough)")
            #expect(try await reader.allEvents().count == events)
        }
        #expect(seen.count > 5, "the cuts fall between different commits")
        _ = opened
    }

    /// After the crash the source is asked again from the cursor on, or from further back: each event is there once.
    @Test func repeatedDeliveryAfterACrashStoresNothingTwice() async throws {
        let store = try TestStore()
        let batches = (0..<6).map { _ in store.events.batch(25) }
        for start in 0..<6 {
            let writer = try store.open().writer
            for batch in batches[max(0, start - 2)...start] { try await writer.commit(EventCommit(batches: [batch])) }
            try await writer.close()
        }
        let found = try await store.reader().allEvents().map(\.event.contents)
        #expect(firstDifference(found, batches.flatMap(\.contents)) == nil)
        #expect(try await store.reader().ledger().allSatisfy { $0.isBalanced })
    }
}
