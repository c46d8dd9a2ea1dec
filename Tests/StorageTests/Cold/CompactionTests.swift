import EventModel
import Foundation
import Matching
import Storage
import Testing

@Suite("Compaction")
struct CompactionTests {
    @Test func everythingIsThereAfterIt() async throws {
        var cold = try ColdStore()
        try await cold.fill(12)
        try await cold.compact()
        let summary = try await cold.store.reader().summary()
        #expect(summary.coldEvents == cold.given.count)
        #expect(summary.events == cold.given.count)
        #expect(summary.coldBlocks < 12)
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
        let all = try await cold.store.reader().allEvents()
        #expect(all.map(\.sequence) == Array(1...Int64(cold.given.count)))
        #expect(firstDifference(all.map(\.event.keyless), cold.given) == nil)
    }

    /// Some cold, some hot: a search gives them in one order.
    @Test(arguments: [SearchRequest.Order.newestFirst, .oldestFirst])
    func hotAndColdInOneOrder(_ order: SearchRequest.Order) async throws {
        var cold = try ColdStore(seed: 2)
        try await cold.fill(4)
        try await cold.compact()
        try await cold.fill(4)
        let all = try await cold.store.reader().allEvents()
        #expect(firstDifference(all.map(\.event.keyless), cold.given) == nil)
        let sorted = all.sorted { ($0.event.time, $0.sequence) < ($1.event.time, $1.sequence) }.map(\.sequence)
        let result = try await cold.store.reader().search(SearchRequest(.constant(true), limit: 120, order: order))
        #expect(result.events.map(\.sequence) == (order == .oldestFirst ? sorted : sorted.reversed()).prefix(120).map { $0 })
    }

    /// What the correlator has not yet read behind its snapshot stays hot, and so does what fills no block.
    @Test func takesOnlyWhatIsOldEnough() async throws {
        var cold = try ColdStore(seed: 3)
        try await cold.fill(4)
        let half = try await cold.opened.writer.engineState().storedThrough / 2
        #expect(try await cold.compactor.step() == nil)
        #expect(try await cold.compactor.step(through: .max) == nil)
        try await cold.compact(through: half)
        let summary = try await cold.store.reader().summary()
        #expect(summary.coldEvents > 0 && summary.coldEvents <= Int(half))
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
    }

    /// Wherever it is cut off, nothing is lost and nothing is there twice, and the next run finishes the work.
    @Test(arguments: Compactor.Checkpoint.allCases)
    func endsAtAnyStep(_ checkpoint: Compactor.Checkpoint) async throws {
        struct Crash: Error {}
        var cold = try ColdStore(seed: 4)
        try await cold.fill(6)
        await cold.compactor.interrupt { if $0 == checkpoint { throw Crash() } }
        await #expect(throws: Crash.self) { try await cold.compact() }
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
        #expect(try await cold.store.reader().search(SearchRequest(.constant(true))).totals.matched == cold.given.count)

        await cold.compactor.interrupt(nil)
        try await cold.compactor.sweep()
        try await cold.compact()
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
        #expect(try await cold.store.reader().search(SearchRequest(.constant(true))).totals.matched == cold.given.count)
        #expect(try await cold.store.reader().summary().coldEvents == cold.given.count)
        #expect(try await cold.compactor.sweep() == 0)
    }

    /// Days with few events: their small blocks become one.
    @Test func smallBlocksAreJoined() async throws {
        var cold = try ColdStore(seed: 5)
        for _ in 0..<9 {
            try await cold.fill(1, records: 20)
            try await cold.compact()
        }
        #expect(try await cold.store.reader().summary().coldBlocks == 9)
        #expect(try await cold.compactor.merge()?.coldBlocks == 1)
        #expect(try await cold.store.reader().summary().coldBlocks == 1)
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
        #expect(try await cold.compactor.merge() == nil)
        #expect(try await cold.compactor.sweep() == 9)
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
    }

    /// Duplicates of compacted events are still known, also after a restart.
    @Test func duplicatesAreStillKnown() async throws {
        let cold = try ColdStore(seed: 6)
        let batch = cold.store.events.batch(40)
        try await cold.opened.writer.commit(EventCommit(batches: [batch]))
        try await cold.compact()
        #expect(try await cold.store.reader().summary().coldEvents == 40)
        try await cold.opened.writer.close()
        let again = try await cold.store.open().writer.commit(EventCommit(batches: [batch]))
        #expect(again[0].sequences == [Int64](repeating: 0, count: 40))
    }

    /// A damaged partition: its events are missing, the result says so, all others are there.
    @Test func damageIsReported() async throws {
        var cold = try ColdStore(seed: 7)
        try await cold.fill(4)
        try await cold.compact()
        try await cold.fill(2)
        let name = try #require(try cold.store.connection().row("SELECT partition FROM cold_blocks") { $0.text(0) })
        let partition = try Connection(path: cold.store.files.partition(name), access: .readWrite)
        try partition.run("UPDATE segments SET data = zeroblob(length(data)) WHERE id & 1048575 = 2")
        let result = try await cold.store.reader().search(SearchRequest(.constant(true)))
        #expect(result.totals.isPartial)
        #expect(result.totals.damagedBlocks.first?.partition == name)
        #expect(result.events.allSatisfy { $0.sequence > 200 })
        #expect(!result.events.isEmpty)
        let totals = try await cold.store.reader().replay(after: 0, through: .max) { _ in }
        #expect(totals.damagedBlocks.count == 1)
        #expect(totals.events == result.events.count)
    }

    /// A file that is damaged takes no more; the day goes on in the next one, and what is left of it is read.
    @Test func aDamagedFileDoesNotStopTheWork() async throws {
        var cold = try ColdStore(seed: 8)
        try await cold.fill(2)
        try await cold.compact()
        let before = cold.given.count
        let name = try #require(try cold.store.connection().row("SELECT partition FROM cold_blocks") { $0.text(0) })
        let path = cold.store.files.partition(name)
        let page = try #require(
            try Connection(path: path, access: .readOnly).integer("SELECT rootpage FROM sqlite_schema WHERE name = 'segments'"))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(page - 1) * 8_192)
        try file.write(contentsOf: Data(repeating: 0xff, count: 8_192))
        try file.close()
        try await cold.fill(2)
        try await cold.compact()
        let result = try await cold.store.reader().search(SearchRequest(.constant(true)))
        #expect(result.events.count == cold.given.count - before)
        #expect(result.totals.damagedBlocks.map(\.partition) == [name])
        #expect(try cold.store.connection().integer("SELECT count(*) FROM blocks") == 0)
        #expect(throws: Never.self) { try FileManager.default.attributesOfItem(atPath: path) }
    }
}
