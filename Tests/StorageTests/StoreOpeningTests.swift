import EventModel
import Foundation
import Storage
import Testing

@Suite("Opening a store")
struct StoreOpeningTests {
    @Test func aSecondWriterIsRefused() async throws {
        let store = try TestStore()
        let first = try store.open().writer
        let error = try #require(throws: StoreError.self) { try store.open() }
        #expect(error.code == .inUse)
        #expect(error.description.contains("process \(getpid())"))
        // The first one is not disturbed by it.
        try await first.commit(EventCommit(batches: [store.events.batch(1)]))
        try await first.close()
        let second = try store.open().writer
        let closed = try await #require(throws: StoreError.self) {
            try await first.commit(EventCommit(batches: [store.events.batch(1)]))
        }
        #expect(closed.code == .closed)
        try await second.commit(EventCommit(batches: [store.events.batch(1)]))
        #expect(try await store.reader().summary().events == 2)
    }

    @Test func aNewerSchemaIsRefused() async throws {
        let store = try TestStore()
        try await store.open().writer.close()
        try store.connection().execute("PRAGMA user_version = 99")
        for open in [{ _ = try store.open() }, { _ = try store.reader() }] {
            let error = try #require(throws: StoreError.self) { try open() }
            #expect(error.code == .newerSchema)
            #expect(error.description.contains("99"))
        }
    }

    @Test func anotherProgramsDatabaseIsRefused() throws {
        let store = try TestStore()
        try FileManager.default.createDirectory(atPath: store.files.directory, withIntermediateDirectories: true)
        try store.connection().execute("CREATE TABLE theirs (a)")
        for open in [{ _ = try store.open() }, { _ = try store.reader() }] {
            #expect(try #require(throws: StoreError.self) { try open() }.code == .notAStore)
        }
        #expect(try store.connection().integer("SELECT count(*) FROM sqlite_schema") == 1)
    }

    @Test(arguments: [
        ("text", Data(repeating: 0x41, count: 20_000)), ("a page of zeros", Data(count: 8_192)),
    ])
    func aFileThatIsNoDatabaseIsRefused(_ name: String, contents: Data) throws {
        let store = try TestStore()
        try FileManager.default.createDirectory(atPath: store.files.directory, withIntermediateDirectories: true)
        try contents.write(to: URL(fileURLWithPath: store.files.database))
        for open in [{ _ = try store.open() }, { _ = try store.reader() }] {
            let error = try #require(throws: StoreError.self) { try open() }
            #expect(error.code == .damaged)
            #expect(error.description.contains(store.files.database))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: store.files.database)) == contents)
    }

    @Test func aReaderNeedsAStore() throws {
        let store = try TestStore()
        let error = try #require(throws: StoreError.self) { try store.reader() }
        #expect(error.code == .notAStore)
        #expect(!FileManager.default.fileExists(atPath: store.files.directory))
    }

    @Test func nobodyElseCanReadTheFiles() async throws {
        let store = try TestStore()
        let previous = umask(0)
        defer { umask(previous) }
        let opened = try store.open()
        try await opened.writer.commit(EventCommit(batches: [store.events.batch(1)]))
        let permissions = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try permissions(store.files.directory) == 0o700)
        for name in ["siem.db", "siem.db-wal", "siem.db-shm", "siem.lock"] {
            #expect(try permissions(store.files.directory + "/" + name) == 0o600, "\(name)")
        }
    }

    @Test func eachStoreHasItsOwnIdentity() throws {
        let (a, b) = (try TestStore(), try TestStore())
        let (first, second) = (try a.open().writer.identity, try b.open().writer.identity)
        #expect(first.id != second.id && first.keySeed != second.keySeed)
        #expect(first.id.count == 32)
    }

    /// Without `siem.db` nothing lists the partitions: a new one would have them swept away.
    @Test(arguments: [false, true]) func partitionsWithoutADatabaseAreNotANewStore(_ isEmpty: Bool) async throws {
        var cold = try ColdStore(seed: 3)
        try await cold.fill(1)
        try await cold.compact()
        try await cold.opened.writer.close()
        let files = cold.store.files
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: files.database + suffix) }
        if isEmpty { try Data().write(to: URL(fileURLWithPath: files.database)) }
        let error = try #require(throws: StoreError.self) { try cold.store.open() }
        #expect(error.code == .damaged && error.description.contains("siemctl store repair"))
        #expect(FileManager.default.fileExists(atPath: files.database) == isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: files.coldDirectory) == ["2026-11-20.db"])
    }
}
