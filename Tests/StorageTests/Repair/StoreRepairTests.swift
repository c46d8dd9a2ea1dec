import EventModel
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Repairing a store")
struct StoreRepairTests {
    private func lost(_ files: StoreFiles, _ base: DamagedStore) async throws -> Int {
        try await base.cold.store.reader(files).ledger().reduce(0) { $0 + $1.lost }
    }

    private func partitions(_ files: StoreFiles) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: files.coldDirectory).sorted()
    }

    @Test func aSoundStoreStaysAsItIs() async throws {
        let base = try await DamagedStore()
        let before = try base.contents(base.files)
        let report = try StoreRepair.run(base.files)
        #expect(report.isSound && report.kept == nil, "\(report)")
        #expect(try base.contents(base.files) == before)
        #expect(try await base.check(base.files).count == base.events.count)
    }

    @Test func itIsRefusedWhileSiemdRuns() async throws {
        let store = try TestStore()
        let opened = try store.open()
        #expect(try #require(throws: StoreError.self) { try StoreRepair.run(store.files) }.code == .inUse)
        try await opened.writer.close()
        #expect(try StoreRepair.run(store.files).isSound)
        let nothing = StoreFiles(directory: store.folder.path("nothing"))
        #expect(try #require(throws: StoreError.self) { try StoreRepair.run(nothing) }.code == .notAStore)
        #expect(!FileManager.default.fileExists(atPath: nothing.directory))
    }

    @Test func aHotBlock() async throws {
        let base = try await DamagedStore()
        let files = base.files
        let first = try #require(try base.cold.store.connection().integer("SELECT min(first_sequence) FROM blocks"))
        let bytes = try base.cold.store.connection().row("SELECT data FROM blocks ORDER BY first_sequence LIMIT 1") { Array($0.blob(0)) }
        try Damage.run(files.database, "UPDATE blocks SET data = zeroblob(length(data)) WHERE first_sequence = \(first)")
        let report = try StoreRepair.run(files)
        let loss = try #require(report.losses.first)
        #expect(report.losses.count == 1 && loss.file == "siem.db" && loss.numbers.lowerBound == first, "\(report)")
        #expect(loss.times != nil && loss.products.contains("okta") && loss.reason.contains("no block begins here"))
        let there = try await base.check(files)
        #expect(there == Set(base.events.keys).subtracting(loss.numbers))
        #expect(try await lost(files, base) == loss.events)
        #expect(try await base.cold.store.reader(files).ledger().map(\.source) == ["audit"])
        let kept = try Data(contentsOf: URL(fileURLWithPath: try #require(report.kept) + "/hot-\(first).block"))
        #expect(kept == Data(count: bytes?.count ?? 0))
        #expect(try StoreRepair.run(files).isSound)
    }

    @Test func keysOfAHotBlock() async throws {
        let base = try await DamagedStore()
        try Damage.run(base.files.database, "UPDATE blocks SET keys = zeroblob(length(keys))")
        let report = try StoreRepair.run(base.files)
        #expect(report.losses.isEmpty && report.notes.count == 4, "\(report)")
        #expect(try await base.check(base.files).count == base.events.count)
        #expect(try StoreRepair.run(base.files).isSound)
    }

    @Test(arguments: [
        "UPDATE blocks SET min_time = max_time + 1",
        "UPDATE cold_blocks SET max_time = 0",
        "UPDATE cold_blocks SET first_sequence = first_sequence + 1",
        "UPDATE cold_blocks SET products = 'okat'",
    ])
    func whatTheDatabaseSaysOfBlocks(_ change: String) async throws {
        let base = try await DamagedStore()
        try Damage.run(base.files.database, change)
        let report = try StoreRepair.run(base.files)
        #expect(report.losses.isEmpty && !report.notes.isEmpty, "\(report)")
        #expect(try await base.check(base.files).count == base.events.count)
        #expect(try StoreRepair.run(base.files).isSound)
    }

    @Test(arguments: [
        "UPDATE ledger SET count = count + 1 WHERE counter = 'stored'",
        "UPDATE engine SET value = value + 7 WHERE name = 'next_sequence'",
        "UPDATE engine SET value = 3 WHERE name = 'next_sequence'",
        "UPDATE ledger SET count = count - 7 WHERE counter = 'events'",
    ])
    func theBooks(_ change: String) async throws {
        let base = try await DamagedStore()
        try Damage.run(base.files.database, change)
        let dry = try StoreRepair.run(base.files, isDryRun: true)
        let report = try StoreRepair.run(base.files)
        #expect(report.losses.isEmpty && report.notes.count == 1 && report.notes == dry.notes, "\(report)")
        #expect(try await base.check(base.files).count == base.events.count)
        #expect(try StoreRepair.run(base.files).isSound)
    }

    /// One column of a block: the events that have no value in it are saved.
    @Test func aColumn() async throws {
        let base = try await DamagedStore()
        let files = base.files
        let name = try #require(try partitions(files).first)
        let path = files.partition(name)
        // The largest: random ids, which events that are no JSON do not have.
        try Damage.run(
            path, "UPDATE segments SET data = zeroblob(length(data)) WHERE id = "
                + "(SELECT id FROM segments WHERE id & 1048575 >= 3 ORDER BY length(data) DESC LIMIT 1)")
        let report = try StoreRepair.run(files)
        let loss = try #require(report.losses.first)
        #expect(report.losses.count == 1 && loss.file == name && loss.saved > 0 && loss.events > 0, "\(report)")
        let there = try await base.check(files)
        #expect(there.count == base.events.count - loss.events)
        #expect(try await lost(files, base) == loss.events)
        #expect(try partitions(files) == ["2026-11-20.1.db", "2026-11-21.db"])
        #expect(FileManager.default.fileExists(atPath: try #require(report.kept) + "/" + name))
        #expect(try StoreRepair.run(files).isSound)
    }

    /// What has nothing to do with the events themselves: they are all saved.
    @Test(arguments: ["filters", "digests"])
    func whatStandsBesideBlocks(_ table: String) async throws {
        let base = try await DamagedStore()
        let name = try #require(try partitions(base.files).first)
        try Damage.run(base.files.partition(name), "UPDATE \(table) SET data = zeroblob(length(data))")
        let report = try StoreRepair.run(base.files)
        #expect(report.losses.isEmpty && report.rewritten == ["2026-11-20.1.db"], "\(report)")
        #expect(try await base.check(base.files).count == base.events.count)
        #expect(try StoreRepair.run(base.files).isSound)
    }

    @Test(arguments: [
        "UPDATE blocks SET head = zeroblob(length(head)) WHERE id = 2",
        "UPDATE segments SET data = zeroblob(length(data)) WHERE id = (2 << 20) + 2",
        "DELETE FROM blocks WHERE id = 2",
    ])
    func aColdBlock(_ damage: String) async throws {
        let base = try await DamagedStore()
        let entry = try #require(
            try base.cold.store.connection().row("SELECT first_sequence, last_sequence FROM cold_blocks WHERE id = 2") {
                $0.integer(0)...$0.integer(1)
            })
        try Damage.run(base.files.partition("2026-11-20.db"), damage)
        let report = try StoreRepair.run(base.files)
        #expect(report.losses.map(\.numbers) == [entry] && report.lostEvents == entry.count, "\(report)")
        #expect(try await base.check(base.files) == Set(base.events.keys).subtracting(entry))
        #expect(try await lost(base.files, base) == entry.count)
        #expect(try StoreRepair.run(base.files).isSound)
    }

    @Test(arguments: [true, false]) func aPartition(_ isMissing: Bool) async throws {
        let base = try await DamagedStore()
        let path = base.files.partition("2026-11-20.db")
        if isMissing {
            try FileManager.default.removeItem(atPath: path)
        } else {
            try Data(repeating: 0x41, count: 50_000).write(to: URL(fileURLWithPath: path))
        }
        let entries = try base.cold.store.connection().integer("SELECT sum(count) FROM cold_blocks WHERE partition LIKE '%-20.db'")
        let report = try StoreRepair.run(base.files)
        #expect(report.losses.count == 3 && report.lostEvents == entries.map(Int.init), "\(report)")
        #expect(report.losses.allSatisfy { $0.reason.contains(isMissing ? "missing" : "no partition") })
        #expect(try await base.check(base.files).count == base.events.count - report.lostEvents)
        #expect(try partitions(base.files) == ["2026-11-21.db"])
        #expect((report.kept == nil) == isMissing)
        #expect(try StoreRepair.run(base.files).isSound)
    }

    /// Without `siem.db`: the partitions say what they hold.
    @Test func theDatabaseIsLost() async throws {
        let base = try await DamagedStore()
        let files = base.files
        let coldEvents = try await base.cold.store.reader().summary().coldEvents
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: files.database + suffix) }
        let report = try StoreRepair.run(files)
        #expect(report.losses.isEmpty && report.notes.contains { $0.contains("siem.db is missing") }, "\(report)")
        #expect(!report.isCountKnown)
        #expect(try await base.check(files) == Set(1...Int64(coldEvents)))
        #expect(try partitions(files) == ["2026-11-20.db", "2026-11-21.db"])
        #expect(try await base.cold.store.reader(files).ledger().map(\.source) == [LedgerAccount.unknownSource])
        #expect(try await base.cold.store.reader(files).summary().coldBlocks == 6)
        #expect(try StoreRepair.run(files).isSound)
    }

    /// Blocks that were replaced, and are still in their file: events are there once all the same.
    @Test func theDatabaseIsLostBehindAMerge() async throws {
        var cold = try ColdStore(seed: 22)
        for _ in 0..<9 {
            try await cold.fill(1, records: 6)
            try await cold.compact()
        }
        _ = try await cold.compactor.merge()
        try await cold.opened.writer.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: cold.store.files.database + suffix) }
        _ = try StoreRepair.run(cold.store.files)
        #expect(firstDifference(try await cold.replayed(), cold.given) == nil)
        #expect(try await cold.store.reader().summary().coldBlocks == 1)
        #expect(try await cold.store.reader().verify().isSound)
    }

    /// A page of `siem.db`: what others have is copied to a new one.
    @Test(arguments: ["blocks", "cold_blocks", "ledger", "engine", "meta", "cursors", "findings", "snapshot", "spent_keys"])
    func aPageOfATable(_ table: String) async throws {
        let base = try await DamagedStore()
        let files = base.files
        let page = try #require(
            try base.cold.store.connection().integer("SELECT rootpage FROM sqlite_schema WHERE name = ?", [.text(table)]))
        try Damage.overwrite(files.database, at: (Int(page) - 1) * 16_384, Data(repeating: 0xaa, count: 16_384))
        let dry = try StoreRepair.run(files, isDryRun: true)
        let report = try StoreRepair.run(files)
        #expect(report.losses == dry.losses && report.rewritten == ["siem.db"], "\(report)")
        let there = try await base.check(files)
        #expect(base.events.count - there.count == report.lostEvents, "\(report)")
        // No table's first page takes events with it: blocks are found without theirs.
        #expect(report.losses.isEmpty, "\(report)")
        #expect(try await lost(files, base) == report.lostEvents)
        let kept = try #require(report.kept)
        #expect(FileManager.default.fileExists(atPath: kept + "/siem.db"))
        #expect(try StoreRepair.run(files).isSound)
    }

    /// A page of one block: the index still says when its events were.
    @Test func aPageOfAHotBlock() async throws {
        let base = try await DamagedStore()
        let files = base.files
        let bytes = try Data(contentsOf: URL(fileURLWithPath: files.database))
        let magic = try #require(bytes.ranges(of: Data("PMTB".utf8)).first { $0.lowerBound > 16_384 })
        let page = magic.lowerBound / 16_384 * 16_384
        try Damage.overwrite(files.database, at: page, Data(repeating: 0xaa, count: 16_384))
        let report = try StoreRepair.run(files)
        let there = try await base.check(files)
        #expect(report.lostEvents > 0 && report.lostEvents == base.events.count - there.count, "\(report)")
        #expect(report.losses.allSatisfy { $0.times != nil }, "\(report)")
        #expect(there.count > base.events.count / 2)
        #expect(try StoreRepair.run(files).isSound)
    }

    /// Without the page that all begins with, or that of the table, hot blocks are found by their own pages, in the log too.
    @Test(arguments: [0, 1, 2], [false, true]) func theWayToTheBlocks(_ kind: Int, _ isInLog: Bool) async throws {
        let base = try await DamagedStore()
        var files = base.files
        if isInLog {
            // As a kill leaves it: the last blocks are in the log alone.
            var limits = StoreLimits()
            limits.walPages = 1_000_000
            let store = try base.cold.store.open(limits)
            var other = AuditEvents(seed: 77, catalog: base.cold.store.events.catalog)
            try await store.writer.commit(EventCommit(batches: [other.batch(30)]))
            files = try base.copy("killed")
            try await store.writer.close()
        }
        let before = try await base.cold.store.reader().summary().events
        let root = try base.cold.store.connection().integer("SELECT rootpage FROM sqlite_schema WHERE name = 'blocks'")
        let page = kind == 0 ? 1 : try #require(root)
        try Damage.overwrite(files.database, at: (Int(page) - 1) * 16_384, Data(repeating: 0xaa, count: kind == 2 ? 9 : 16_384))
        let report = try StoreRepair.run(files)
        let reader = try base.cold.store.reader(files)
        #expect(try await reader.verify().isSound)
        let there = try await reader.allEvents()
        #expect(there.count == before, "\(there.count) of \(before): \(report)")
        #expect(there.allSatisfy { base.events[$0.sequence] ?? $0.event.keyless == $0.event.keyless })
        #expect(try StoreRepair.run(files).isSound)
    }

    /// The header is the same in every store: nothing is lost with it.
    @Test func theHeader() async throws {
        let base = try await DamagedStore()
        let before = try await base.cold.store.reader().ledger()
        try Damage.overwrite(base.files.database, at: 0, Data(repeating: 0xaa, count: 24))
        let report = try StoreRepair.run(base.files)
        #expect(report.losses.isEmpty && report.notes.count == 1 && report.isCountKnown, "\(report)")
        #expect(try await base.check(base.files).count == base.events.count)
        #expect(try await base.cold.store.reader(base.files).ledger() == before)
        #expect(try await base.cold.store.reader(base.files).findings().count == 1)
    }

    @Test func aDryRunChangesNothing() async throws {
        let base = try await DamagedStore()
        let files = base.files
        try Damage.run(
            files.database,
            "UPDATE blocks SET data = zeroblob(9) WHERE first_sequence = (SELECT max(first_sequence) FROM blocks)")
        try Damage.run(files.partition("2026-11-20.db"), "UPDATE blocks SET head = zeroblob(length(head)) WHERE id = 1")
        let before = try base.contents(files)
        let dry = try StoreRepair.run(files, isDryRun: true)
        #expect(try base.contents(files) == before)
        let report = try StoreRepair.run(files)
        #expect(dry.losses == report.losses && dry.losses.count == 2 && dry.rewritten == report.rewritten, "\(dry)")
        #expect(dry.isDryRun && dry.kept == nil && report.kept != nil)
    }
}
