import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

/// A closed store of hot and cold events of two days, to be damaged and repaired.
struct DamagedStore {
    private static let day: Int64 = 86_400

    let cold: ColdStore
    /// The events by number, as texts.
    private(set) var events: [Int64: String] = [:]

    var files: StoreFiles { cold.store.files }

    init(seed: UInt64 = 21) async throws {
        var cold = try ColdStore(seed: seed)
        for delay in [0, Self.day] {
            cold.store.events.delay = delay
            for _ in 0..<3 {
                try await cold.fill(1, records: 12)
                try await cold.compact()
            }
        }
        try await cold.opened.writer.commit(
            CorrelationCommit(
                findings: [TrackedFinding(Findings.make(uid: "finding"))], deliveries: [],
                through: Int64(cold.given.count), snapshot: [1, 2, 3]))
        for _ in 0..<4 { try await cold.fill(1, records: 30) }
        try await cold.opened.writer.close()
        for (index, text) in cold.given.enumerated() { events[Int64(index + 1)] = text }
        self.cold = cold
    }

    /// A copy to damage, in a folder of that name.
    func copy(_ name: String) throws -> StoreFiles {
        let copy = StoreFiles(directory: cold.store.folder.path(name))
        try FileManager.default.copyItem(atPath: files.directory, toPath: copy.directory)
        return copy
    }

    /// Looks at a repaired store: it passes `verify`, takes events, and gives only what it was given, and once.
    /// - Returns: the numbers of the events that it has.
    @discardableResult
    func check(_ files: StoreFiles, _ label: Comment = "") async throws -> Set<Int64> {
        let reader = try cold.store.reader(files)
        let verification = try await reader.verify()
        #expect(verification.isSound, "\(label): \(verification)")
        let (numbers, damaged, isPartial) = try await reader.numbers(of: events, label)
        #expect(damaged == [] && !isPartial, label)
        #expect(verification.events == numbers.count, label)
        try await checkWriting(files, label)
        return numbers
    }

    /// siemd can start: the store is swept without loss, and takes events behind all others.
    private func checkWriting(_ files: StoreFiles, _ label: Comment) async throws {
        let (catalog, products) = (cold.store.events.catalog, cold.store.events.products)
        var limits = StoreLimits()
        limits.recentKeys = 1 << 12
        let before = try await cold.store.reader(files).summary().events
        let store = try EventStore(directory: files.directory, catalog: catalog, products: products, limits: limits)
        try await Compactor(writer: store.writer, catalog: catalog, products: products, limits: limits).sweep()
        #expect(try await store.reader().summary().events == before, label)
        try await store.writer.close()
        // Into a copy: the store is looked at further.
        let copy = StoreFiles(directory: files.directory + "-written")
        try FileManager.default.copyItem(atPath: files.directory, toPath: copy.directory)
        defer { try? FileManager.default.removeItem(atPath: copy.directory) }
        let again = try EventStore(directory: copy.directory, catalog: catalog, products: products, limits: limits)
        var other = AuditEvents(seed: 99, catalog: catalog)
        let stored = try await again.writer.commit(EventCommit(batches: [other.batch(5)]))
        let last = try await again.reader().allEvents().map(\.sequence).max()
        #expect(stored[0].sequences.last == last, label)
        #expect(try await again.reader().verify().isSound, label)
        try await again.writer.close()
    }

    /// The files of a store and their contents, but for locks and logs.
    func contents(_ files: StoreFiles) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: files.directory) {
            let path = files.directory + "/" + name
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue,
                !["siem.lock", "siem.db-wal", "siem.db-shm"].contains(name)
            else { continue }
            contents[name] = try Data(contentsOf: URL(fileURLWithPath: path))
        }
        return contents
    }
}

/// Damage to files.
enum Damage {
    static func overwrite(_ path: String, at offset: Int, _ bytes: Data) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
    }

    static func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    /// Runs statements on a database as if they were the damage.
    static func run(_ path: String, _ sql: String) throws {
        let connection = try Connection(path: path, access: .readWrite)
        try connection.execute(sql)
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// Damages a file somewhere: some bytes, a page, or all from a point on.
    static func random(_ path: String, _ random: inout SeededGenerator) throws -> String {
        let size = try size(path)
        let offset = Int.random(in: 0..<size, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            try overwrite(path, at: offset, Data([UInt8.random(in: 0...255, using: &random)]))
            return "a byte at \(offset)"
        case 1:
            let count = min(Int.random(in: 1...600, using: &random), size - offset)
            try overwrite(path, at: offset, Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }))
            return "\(count) bytes at \(offset)"
        case 2:
            let page = offset / 4_096 * 4_096
            try overwrite(path, at: page, Data(count: min(4_096, size - page)))
            return "zeros at \(page)"
        default:
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.truncate(atOffset: UInt64(offset))
            return "cut off at \(offset)"
        }
    }
}
