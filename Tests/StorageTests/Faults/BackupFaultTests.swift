import EventModel
import Foundation
import Storage
import TestSupport
import Testing

/// `kill -9`, and a full disk, at every write of a backup and of a restoration.
@Suite("Backup and restore cut off at any write", .serialized)
struct BackupFaultTests {
    private static let points = 30

    /// A store with hot and cold events, and more of both some time later.
    private struct Base {
        var cold: ColdStore
        /// How many events a backup of either time has.
        var counts: [Int] = []

        init() async throws {
            cold = try ColdStore(seed: 12)
            try await cold.fill(2, records: 12)
            try await cold.compact()
            try await cold.fill(1, records: 12)
            counts = [cold.given.count]
        }

        mutating func goOn() async throws {
            cold.store.events.delay = 86_400
            try await cold.fill(1, records: 12)
            try await cold.compact()
            try await cold.fill(1, records: 12)
            counts.append(cold.given.count)
        }

        func path(_ name: String) -> String { cold.store.folder.path(name) }

        /// All events of the store are as they were given, up to one of the times.
        func check(_ files: StoreFiles, _ label: Comment) async throws -> Int {
            let reader = try cold.store.reader(files)
            let verification = try await reader.verify()
            #expect(verification.isSound, "\(label): \(verification)")
            let found = try await reader.allEvents().map(\.event.keyless)
            #expect(firstDifference(found, Array(cold.given.prefix(found.count))) == nil, label)
            #expect(counts.contains(found.count), label)
            return found.count
        }

        /// Restores a backup, looks at the store, and removes it.
        func restore(_ backup: String, _ label: Comment) async throws -> Int {
            let files = StoreFiles(directory: path("restored"))
            _ = try StoreBackup.restore(from: backup, to: files)
            defer { try? FileManager.default.removeItem(atPath: files.directory) }
            return try await check(files, label)
        }
    }

    private func spread(_ total: Int) -> [Int] {
        guard total > Self.points else { return Array(1...total) }
        return (0..<Self.points).map { 1 + $0 * (total - 1) / (Self.points - 1) }
    }

    /// Does `body`, and gives what a kill at each of its writes leaves of the folder.
    private func copies(
        of folder: String, in base: Base, _ body: () throws -> Void
    ) async throws -> [(label: String, path: String)] {
        let disk = FaultyDisk(folder)
        defer { disk.remove() }
        let copies = Collector<(label: String, path: String)>()
        let copyFolder = base.path("copies")
        try FileManager.default.createDirectory(atPath: copyFolder, withIntermediateDirectories: true)
        disk.observe { change in
            let path = "\(copyFolder)/\(change.number)\(change.isTorn ? "-torn" : "")"
            do {
                try FileManager.default.copyItem(atPath: folder, toPath: path)
                copies.add(("killed at \(change.number), \(change.path)", path))
            } catch {
                Issue.record(error)
            }
        }
        try await disk.use { try body() }
        #expect(copies.all.count > 20, "the disk is in the way of its writes")
        let all = copies.all
        return all.count > Self.points ? spread(all.count).map { all[$0 - 1] } : all
    }

    /// Does `body` with the disk full from each of its writes on, `cutOff` then, and `body` again with space.
    private func full(
        _ folder: String, _ base: Base, _ body: () throws -> Void, cutOff: (Comment) async throws -> Void,
        done: (Comment) async throws -> Void
    ) async throws {
        for number in 1... {
            let label: Comment = "full at \(number)"
            let disk = FaultyDisk(folder)
            defer { disk.remove() }
            disk.fill(after: number)
            do {
                try await disk.use { try body() }
                if !disk.hasFailed {
                    #expect(number > 20, "the disk is in the way of its writes")
                    return
                }
            } catch let error as StoreError {
                #expect(error.code == .full || error.code == .inputOutput, "\(label): \(error)")
            }
            try await cutOff(label)
            disk.free()
            try await disk.use { try body() }
            try await done(label)
        }
    }

    @Test(arguments: [false, true]) func aBackupThatIsKilled(_ isSecond: Bool) async throws {
        var base = try await Base()
        let backup = base.path("backup")
        try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
        let files = base.cold.store.files
        if isSecond {
            _ = try StoreBackup.take(of: files, to: backup, at: Timestamp(seconds: 1_800_000_000))
            try await base.goOn()
        }
        let copies = try await copies(of: backup, in: base) {
            _ = try StoreBackup.take(of: files, to: backup, at: Timestamp(seconds: 1_800_000_001))
        }
        for copy in copies {
            let label: Comment = "\(copy.label)"
            do {
                _ = try await base.restore(copy.path, label)
            } catch let error as StoreError {
                #expect(!isSecond, "the backup before was whole, \(label): \(error)")
                #expect(error.description.contains("there is no MANIFEST"), label)
            }
            // The next one finds its way, and clears up.
            _ = try StoreBackup.take(of: files, to: copy.path, at: Timestamp(seconds: 1_800_000_002))
            #expect(try await base.restore(copy.path, label) == base.cold.given.count, label)
            #expect(try FileManager.default.contentsOfDirectory(atPath: copy.path).count == (isSecond ? 5 : 4), label)
        }
    }

    @Test(arguments: [false, true]) func aBackupToAFullDisk(_ isSecond: Bool) async throws {
        var base = try await Base()
        let (backup, before) = (base.path("backup"), base.path("before"))
        try FileManager.default.createDirectory(atPath: before, withIntermediateDirectories: true)
        let files = base.cold.store.files
        if isSecond {
            _ = try StoreBackup.take(of: files, to: before, at: Timestamp(seconds: 1_800_000_000))
            try await base.goOn()
        }
        try FileManager.default.copyItem(atPath: before, toPath: backup)
        let whole = base
        try await full(
            backup, base, { _ = try StoreBackup.take(of: files, to: backup, at: Timestamp(seconds: 1_800_000_001)) },
            cutOff: { label in
                // The source is whole, and so is the backup before.
                _ = try await whole.check(files, label)
                if isSecond {
                    _ = try await whole.restore(backup, label)
                } else if !FileManager.default.fileExists(atPath: backup + "/MANIFEST") {
                    #expect(throws: StoreError.self, label) {
                        try StoreBackup.restore(from: backup, to: StoreFiles(directory: whole.path("none")))
                    }
                }
            },
            done: { label in
                #expect(try await whole.restore(backup, label) == whole.cold.given.count, label)
                try FileManager.default.removeItem(atPath: backup)
                try FileManager.default.copyItem(atPath: before, toPath: backup)
            })
    }

    @Test func aRestorationThatIsKilled() async throws {
        let base = try await Base()
        let (backup, restored) = (base.path("backup"), base.path("half-restored"))
        try FileManager.default.createDirectory(atPath: restored, withIntermediateDirectories: true)
        _ = try StoreBackup.take(of: base.cold.store.files, to: backup)
        let disk = FaultyDisk(restored)
        defer { disk.remove() }
        let copies = Collector<StoreFiles>()
        let folder = base.cold.store.folder
        disk.observe { change in
            let copy = StoreFiles(directory: folder.path("killed-\(change.number)"))
            do {
                try FileManager.default.copyItem(atPath: restored, toPath: copy.directory)
                copies.add(copy)
            } catch {
                Issue.record(error)
            }
        }
        try await disk.use { _ = try StoreBackup.restore(from: backup, to: StoreFiles(directory: restored)) }
        #expect(copies.all.count > 8, "the disk is in the way of its writes")
        for files in copies.all {
            let label: Comment = "\(files.directory)"
            if !FileManager.default.fileExists(atPath: files.database) {
                // A daemon that is started on half of a store must not take it for a new one, and sweep the rest away.
                if try FileManager.default.fileExists(atPath: files.coldDirectory)
                    && FileManager.default.contentsOfDirectory(atPath: files.coldDirectory).contains(where: { $0.hasSuffix(".db") }) {
                    let error = try #require(throws: StoreError.self, label) {
                        try EventStore(
                            directory: files.directory, catalog: base.cold.store.events.catalog, products: AuditEvents.products)
                    }
                    #expect(error.code == .damaged && error.description.contains("store repair"), label)
                }
                _ = try StoreBackup.restore(from: backup, to: files)
            }
            #expect(try await base.check(files, label) == base.cold.given.count, label)
        }
    }

    @Test func aRestorationToAFullDisk() async throws {
        let base = try await Base()
        let (backup, files) = (base.path("backup"), StoreFiles(directory: base.path("half-restored")))
        _ = try StoreBackup.take(of: base.cold.store.files, to: backup)
        for number in 1... {
            let label: Comment = "full at \(number)"
            try FileManager.default.createDirectory(atPath: files.directory, withIntermediateDirectories: true)
            let disk = FaultyDisk(files.directory)
            defer { disk.remove() }
            disk.fill(after: number)
            do {
                try await disk.use { _ = try StoreBackup.restore(from: backup, to: files) }
                if !disk.hasFailed {
                    #expect(number > 8, "the disk is in the way of its writes")
                    return
                }
            } catch let error as StoreError {
                #expect(error.code == .full && error.description.contains("no space"), "\(label): \(error)")
            }
            disk.free()
            if !FileManager.default.fileExists(atPath: files.database) {
                _ = try StoreBackup.restore(from: backup, to: files)
            }
            #expect(try await base.check(files, label) == base.cold.given.count, label)
            try FileManager.default.removeItem(atPath: files.directory)
        }
    }
}
