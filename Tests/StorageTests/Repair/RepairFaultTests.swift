import EventModel
import Foundation
import Storage
import TestSupport
import Testing

/// `kill -9`, and a full disk, at every write of a repair: it can be run again, and ends the same.
@Suite("A repair cut off at any write", .serialized)
struct RepairFaultTests {
    enum What: CaseIterable { case blocks, database }

    /// Damages a hot block and a cold one, and for `database` pages of `siem.db` too.
    private func damaged(_ what: What) async throws -> DamagedStore {
        let base = try await DamagedStore(seed: 23)
        let files = base.files
        try Damage.run(
            files.database,
            "UPDATE blocks SET data = zeroblob(9) WHERE first_sequence = (SELECT min(first_sequence) FROM blocks)")
        try Damage.run(files.partition("2026-11-20.db"), "UPDATE blocks SET head = zeroblob(length(head)) WHERE id = 2")
        if what == .database {
            let page = try #require(
                try base.cold.store.connection().integer("SELECT rootpage FROM sqlite_schema WHERE name = 'findings'"))
            try Damage.overwrite(files.database, at: (Int(page) - 1) * 16_384, Data(repeating: 0xaa, count: 16_384))
        }
        return base
    }

    private func spread(_ total: Int) -> [Int] { (0..<min(total, 20)).map { 1 + $0 * (total - 1) / min(total - 1, 19) } }

    @Test(arguments: What.allCases) func killed(_ what: What) async throws {
        let base = try await damaged(what)
        let (rehearsal, files) = (try base.copy("rehearsal"), try base.copy("killed"))
        let disk = FaultyDisk(files.directory)
        defer { disk.remove() }
        let report = try StoreRepair.run(rehearsal)
        let expected = try await base.check(rehearsal)
        let copies = Collector<StoreFiles>()
        let folder = base.cold.store.folder
        disk.observe { change in
            let copy = StoreFiles(directory: folder.path("crash-\(change.number)\(change.isTorn ? "-torn" : "")"))
            do {
                try FileManager.default.copyItem(atPath: files.directory, toPath: copy.directory)
                copies.add(copy)
            } catch {
                Issue.record(error)
            }
        }
        let losses = try await disk.use { try StoreRepair.run(files).losses }
        #expect(losses == report.losses)
        disk.observe(nil)
        let all = copies.all
        #expect(all.count > 40, "the disk is in the way of its writes")
        for index in spread(all.count) {
            let copy = all[index - 1]
            let label: Comment = "\(copy.directory) of \(all.count)"
            _ = try StoreRepair.run(copy)
            #expect(try await base.check(copy, label) == expected, label)
            #expect(try StoreRepair.run(copy).isSound, label)
            let names = try FileManager.default.contentsOfDirectory(atPath: copy.directory)
            #expect(Set(names).isSubset(of: ["siem.db", "siem.db-wal", "siem.db-shm", "siem.lock", "events", "damaged"]), label)
        }
    }

    @Test(arguments: What.allCases) func diskFull(_ what: What) async throws {
        let base = try await damaged(what)
        let rehearsal = try base.copy("rehearsal")
        let counter = FaultyDisk(rehearsal.directory)
        defer { counter.remove() }
        counter.observe(nil)
        try await counter.use { _ = try StoreRepair.run(rehearsal) }
        let expected = try await base.check(rehearsal)
        for number in spread(counter.count) {
            let label: Comment = "full at \(number) of \(counter.count)"
            let files = try base.copy("full")
            let disk = FaultyDisk(files.directory)
            defer { disk.remove() }
            disk.fill(after: number)
            do {
                try await disk.use { _ = try StoreRepair.run(files) }
            } catch let error as StoreError {
                #expect(error.code == .full || error.code == .inputOutput, "\(label): \(error)")
            }
            disk.free()
            _ = try StoreRepair.run(files)
            #expect(try await base.check(files, label) == expected, label)
            try FileManager.default.removeItem(atPath: files.directory)
        }
    }
}
