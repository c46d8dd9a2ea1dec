import EventModel
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Backup and restore")
struct StoreBackupTests {
    /// A folder for the backup, and one for what is restored.
    private func folders(_ store: TestStore) -> (backup: String, restored: StoreFiles) {
        (store.folder.path("backup"), StoreFiles(directory: store.folder.path("restored")))
    }

    /// A file as a partition of cold blocks is: a database beside the store's.
    private func partition(_ store: TestStore, _ name: String, rows: Int) throws {
        try FileManager.default.createDirectory(atPath: store.files.coldDirectory, withIntermediateDirectories: true)
        let connection = try Connection(path: "\(store.files.coldDirectory)/\(name)", access: .readWrite)
        try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (a)")
        for row in 0..<rows { try connection.run("INSERT INTO t VALUES (?)", [.integer(Int64(row))]) }
    }

    private func rows(_ path: String) throws -> Int64? {
        try Connection(path: path, access: .readOnly).integer("SELECT count(*) FROM t")
    }

    private func manifestFiles(_ directory: String) throws -> [String] {
        try String(contentsOfFile: directory + "/MANIFEST", encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("file ") }.map { String($0.split(separator: " ")[1]) }
    }

    @Test func whatIsRestoredIsWhatWasThere() async throws {
        let store = try TestStore()
        let (backup, restored) = folders(store)
        // The writer stays open, as siemd's does: its last transactions are in the log alone.
        let writer = try store.open().writer
        for _ in 0..<5 { try await writer.commit(EventCommit(batches: [store.events.batch(200)])) }
        try partition(store, "2026-11-20.db", rows: 3)
        let report = try StoreBackup.take(of: store.files, to: backup)
        #expect(report.copiedFiles == 2 && report.keptFiles == 0)
        try await writer.commit(EventCommit(batches: [store.events.batch(50)]))

        #expect(try StoreBackup.restore(from: backup, to: restored).copiedFiles == 2)
        let expected = try await store.reader().allEvents().prefix(1_000).map(\.event.contents)
        let found = try await store.reader(restored).allEvents().map(\.event.contents)
        #expect(firstDifference(found, Array(expected)) == nil)
        #expect(try rows(restored.coldDirectory + "/2026-11-20.db") == 3)
        #expect(try await store.reader(restored).verify().isSound)
        for path in [restored.database, restored.coldDirectory + "/2026-11-20.db"] {
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
        // It is a store like any other: a writer goes on where it was.
        let next = try EventStore(directory: restored.directory, catalog: store.events.catalog, products: store.events.products)
        try await next.writer.commit(EventCommit(batches: [store.events.batch(1)]))
        #expect(try await next.reader().summary().events == 1_001)
    }

    @Test func onlyWhatHasChangedIsCopiedAgain() async throws {
        let store = try TestStore()
        let (backup, restored) = folders(store)
        let writer = try store.open().writer
        try await writer.commit(EventCommit(batches: [store.events.batch(10)]))
        for day in 1...3 { try partition(store, "2026-11-0\(day).db", rows: day) }
        _ = try StoreBackup.take(of: store.files, to: backup, at: Timestamp(seconds: 1_790_000_000))
        try partition(store, "2026-11-02.db", rows: 5)
        try partition(store, "2026-11-04.db", rows: 4)
        // Retention unlinks whole days.
        try FileManager.default.removeItem(atPath: store.files.coldDirectory + "/2026-11-01.db")
        let report = try StoreBackup.take(of: store.files, to: backup, at: Timestamp(seconds: 1_790_000_001))
        #expect(report.copiedFiles == 3 && report.keptFiles == 1)
        #expect(
            try manifestFiles(backup) == ["siem.db", "events/2026-11-02.db", "events/2026-11-03.db", "events/2026-11-04.db"])
        // What is no longer part of it is gone: the manifest, the lock and four files remain.
        #expect(try FileManager.default.contentsOfDirectory(atPath: backup).count == 6)
        _ = try StoreBackup.restore(from: backup, to: restored)
        #expect(try rows(restored.coldDirectory + "/2026-11-02.db") == 7)
        #expect(try rows(restored.coldDirectory + "/2026-11-03.db") == 3)
    }

    @Test func aBackupThatIsCutShortLeavesTheOneBefore() async throws {
        let store = try TestStore()
        let (backup, restored) = folders(store)
        let writer = try store.open().writer
        try await writer.commit(EventCommit(batches: [store.events.batch(10)]))
        _ = try StoreBackup.take(of: store.files, to: backup, at: Timestamp(seconds: 1_790_000_000))
        try await writer.commit(EventCommit(batches: [store.events.batch(10)]))
        // A partition that is no database ends the second one after the database was copied.
        try partition(store, "2026-11-01.db", rows: 1)
        try FileManager.default.removeItem(atPath: store.files.coldDirectory + "/2026-11-01.db")
        try Data(repeating: 0x41, count: 9_000).write(to: URL(fileURLWithPath: store.files.coldDirectory + "/2026-11-01.db"))
        let error = try #require(throws: StoreError.self) {
            try StoreBackup.take(of: store.files, to: backup, at: Timestamp(seconds: 1_790_000_001))
        }
        #expect(error.code == .damaged && error.description.contains("2026-11-01.db"))
        _ = try StoreBackup.restore(from: backup, to: restored)
        #expect(try await store.reader(restored).summary().events == 10)
        // The next one clears up.
        try FileManager.default.removeItem(atPath: store.files.coldDirectory + "/2026-11-01.db")
        _ = try StoreBackup.take(of: store.files, to: backup, at: Timestamp(seconds: 1_790_000_002))
        #expect(try FileManager.default.contentsOfDirectory(atPath: backup).count == 3)
    }

    @Test func damageIsFoundBeforeAnythingIsRestored() async throws {
        let store = try TestStore()
        let (backup, restored) = folders(store)
        let writer = try store.open().writer
        try await writer.commit(EventCommit(batches: [store.events.batch(10)]))
        try partition(store, "2026-11-01.db", rows: 1)
        _ = try StoreBackup.take(of: store.files, to: backup)
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: backup).first { $0.hasSuffix(".1.db") })
        var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(backup)/\(name)"))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: "\(backup)/\(name)"))
        let error = try #require(throws: StoreError.self) { try StoreBackup.restore(from: backup, to: restored) }
        #expect(error.code == .damaged && error.description.contains(name))
        #expect(!FileManager.default.fileExists(atPath: restored.directory))
    }

    @Test(arguments: [
        ("nothing there", nil, "there is no MANIFEST"),
        ("another format", "perimeter-backup 9\n", "newer version"),
        ("no database", "perimeter-backup 1\nstore a\ntaken b\n", "siem.db is missing"),
        ("a path that leads out", "perimeter-backup 1\nfile ../x 1.db 1 1 a\n", "line 2: \"../x\""),
        ("a name that leads out", "perimeter-backup 1\nfile siem.db ../../etc/passwd 1 1 a\n", "line 2"),
        ("a size that is none", "perimeter-backup 1\nfile siem.db 1.db many 1 a\n", "line 2: size"),
        ("a word too many", "perimeter-backup 1\nfile siem.db 1.db 1 1 a b\n", "line 2"),
    ])
    func aManifestThatIsWrongIsRefused(_ name: String, _ text: String?, _ reason: String) throws {
        let store = try TestStore()
        let (backup, restored) = folders(store)
        try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
        if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: backup + "/MANIFEST")) }
        let error = try #require(throws: StoreError.self) { try StoreBackup.restore(from: backup, to: restored) }
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test func nothingIsOverwritten() async throws {
        let store = try TestStore()
        let other = try TestStore(seed: 2)
        let (backup, _) = folders(store)
        try await store.open().writer.close()
        try await other.open().writer.close()
        _ = try StoreBackup.take(of: store.files, to: backup)
        // Another store's backup, a store that is there, a folder with something else in it.
        #expect(throws: StoreError.self) { try StoreBackup.take(of: other.files, to: backup) }
        #expect(throws: StoreError.self) { try StoreBackup.restore(from: backup, to: other.files) }
        let theirs = try store.folder.file("theirs/letter.txt", Data("hello".utf8))
        let error = try #require(throws: StoreError.self) { try StoreBackup.take(of: store.files, to: store.folder.path("theirs")) }
        #expect(error.description.contains("no backup"))
        _ = theirs
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder.path("theirs")) == ["letter.txt"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: backup).count == 3)
    }
}
