import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

@Suite("Replay and evidence")
struct ReplayTests {
    private func filled() async throws -> TestStore {
        let store = try TestStore()
        let writer = try store.open().writer
        for _ in 0..<4 { try await writer.commit(EventCommit(batches: [store.events.batch(10), store.events.batch(15)])) }
        return store
    }

    @Test(arguments: [
        (0, Int64.max, 1...100), (0, 100, 1...100), (24, 26, 25...26), (25, 50, 26...50), (99, 100, 100...100), (10, 11, 11...11),
        (30, 70, 31...70),
    ] as [(Int64, Int64, ClosedRange<Int64>)])
    func givesExactlyTheRange(after: Int64, through: Int64, expected: ClosedRange<Int64>) async throws {
        let reader = try await filled().reader()
        let collected = Collector<StoredBatch>()
        let totals = try await reader.replay(after: after, through: through) { collected.add($0) }
        #expect(collected.all.flatMap(\.sequences).filter { $0 != 0 } == Array(expected))
        #expect(totals.events == expected.count)
        #expect(collected.all.allSatisfy { $0.sequences.count == $0.batch.rows.count })
    }

    @Test(arguments: [(100, Int64.max), (5, 5), (7, 3)] as [(Int64, Int64)])
    func anEmptyRangeGivesNothing(after: Int64, through: Int64) async throws {
        #expect(try await filled().reader().replay(after: after, through: through) { _ in }.events == 0)
    }

    @Test func evidenceIsFoundByNumber() async throws {
        let store = try await filled()
        let all = try await store.reader().allEvents()
        let found = try await store.reader().events(sequences: [99, 3, 3, 26, 1_000, -4, 0, .min, .max])
        #expect(found.map(\.sequence) == [3, 26, 99])
        #expect(found.map(\.event.contents) == [3, 26, 99].map { all[$0 - 1].event.contents })
    }

    /// A block that was taken away (as compaction will) is passed over.
    @Test func passesOverGaps() async throws {
        let store = try await filled()
        try store.connection().run("DELETE FROM blocks WHERE first_sequence = 26")
        let reader = try store.reader()
        #expect(try await reader.replay(after: 30, through: .max) { _ in }.events == 50)
        #expect(try await reader.events(sequences: [25, 30, 51]).map(\.sequence) == [25, 51])
    }

    /// Readers see whole commits only, while the writer goes on and moves its log.
    @Test func readsWhileTheWriterCommits() async throws {
        let store = try TestStore()
        var limits = StoreLimits()
        limits.walPages = 8
        let writer = try store.open(limits).writer
        let batches = (0..<60).map { number in
            store.events.batch(5, cursor: SourceCursor(name: "file", value: "\((number + 1) * 5)"))
        }
        try await writer.commit(EventCommit(batches: [batches[0]]))
        let reader = try store.reader()
        let writing = Task { for batch in batches.dropFirst() { try await writer.commit(EventCommit(batches: [batch])) } }
        var last = 0
        while last < 300 {
            let result = try await reader.search(SearchRequest(.constant(true)))
            let count = result.events.count
            #expect(count % 5 == 0 && count >= last && !result.totals.isPartial)
            last = count
        }
        try await writing.value
        #expect(try await reader.cursors() == ["file": "300"])
    }

    /// siemd is not there any more, not even its shared memory: siem.db and its log are enough.
    @Test func readsWhatACrashLeft() async throws {
        let store = try TestStore()
        let opened = try store.open()
        try await opened.writer.commit(EventCommit(batches: [store.events.batch(30)]))
        let copy = StoreFiles(directory: store.folder.path("copy"))
        try FileManager.default.createDirectory(atPath: copy.directory, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: store.files.database + suffix, toPath: copy.database + suffix)
        }
        #expect(try await store.reader(copy).search(SearchRequest(.constant(true))).events.count == 30)
        try await opened.writer.close()
        #expect(try await store.reader().search(SearchRequest(.constant(true))).events.count == 30)
    }
}
