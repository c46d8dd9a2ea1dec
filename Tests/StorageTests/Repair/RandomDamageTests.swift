import EventModel
import Foundation
import Storage
import TestSupport
import Testing

/// Whatever is damaged, and wherever: what is left is a sound store of events as they were given, and the report tells the rest.
@Suite("Repairing random damage")
struct RandomDamageTests {
    private static let rounds = 40

    @Test func anyFileAnywhere() async throws {
        let base = try await DamagedStore()
        var random = SeededGenerator(seed: 31)
        var untouched = 0
        for round in 0..<Self.rounds {
            let files = try base.copy("round-\(round)")
            var label = "round \(round)"
            let names = [files.database, files.partition("2026-11-20.db"), files.partition("2026-11-21.db")]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let path = names.randomElement(using: &random) ?? files.database
                if try Damage.size(path) == 0 { continue }
                label += ", \(path.split(separator: "/").last ?? ""): \(try Damage.random(path, &random))"
            }
            let dry = try StoreRepair.run(files, isDryRun: true)
            let report = try StoreRepair.run(files)
            #expect(dry.losses == report.losses, "\(label)")
            let there = try await base.check(files, "\(label)")
            let missing = base.events.count - there.count
            // How many there were is not known any more if the numbers went with the database.
            let isKnown = try await base.cold.store.reader(files).engineState().storedThrough == Int64(base.events.count)
            #expect(isKnown ? missing == report.lostEvents : missing >= report.lostEvents, "\(label): \(report)")
            if missing == 0 { untouched += 1 }
            #expect(try StoreRepair.run(files).isSound, "\(label)")
            try FileManager.default.removeItem(atPath: files.directory)
        }
        #expect(untouched > 0 && untouched < Self.rounds)
    }

    /// Bytes of blocks, with SQLite's pages in order: no block is lost but those that were damaged.
    @Test func blocksThemselves() async throws {
        let base = try await DamagedStore()
        var random = SeededGenerator(seed: 32)
        for round in 0..<20 {
            let files = try base.copy("block-\(round)")
            var hit: Set<Int64> = []
            for _ in 0..<Int.random(in: 1...3, using: &random) { hit.formUnion(try damageABlock(files, &random)) }
            let report = try StoreRepair.run(files)
            let there = try await base.check(files, "round \(round)")
            #expect(there.isSuperset(of: Set(base.events.keys).subtracting(hit)), "round \(round): \(report)")
            #expect(base.events.count - there.count == report.lostEvents, "round \(round): \(report)")
            try FileManager.default.removeItem(atPath: files.directory)
        }
    }

    /// Changes a byte of a block, hot or cold, and gives the numbers that it has.
    private func damageABlock(_ files: StoreFiles, _ random: inout SeededGenerator) throws -> ClosedRange<Int64> {
        let database = try Connection(path: files.database, access: .readWrite)
        func change(_ connection: Connection, _ table: String, _ column: String, _ id: Int64) throws {
            var bytes = try #require(
                try connection.row("SELECT \(column) FROM \(table) WHERE rowid = ?", [.integer(id)]) { Array($0.blob(0)) })
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try connection.run("UPDATE \(table) SET \(column) = ? WHERE rowid = ?", [.blob(bytes), .integer(id)])
        }
        if Bool.random(using: &random) {
            let blocks = try database.rows("SELECT first_sequence, count FROM blocks") { ($0.integer(0), $0.integer(1)) }
            let block = try #require(blocks.randomElement(using: &random))
            try change(database, "blocks", "data", block.0)
            return block.0...block.0 + block.1 - 1
        }
        let blocks = try database.rows("SELECT id, partition, first_sequence, last_sequence FROM cold_blocks") {
            (id: $0.integer(0), partition: $0.text(1), numbers: $0.integer(2)...$0.integer(3))
        }
        let block = try #require(blocks.randomElement(using: &random))
        let partition = try Connection(path: files.partition(block.partition), access: .readWrite)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: try change(partition, "blocks", "head", block.id)
        case 1: try change(partition, "filters", "data", block.id)
        case 2: try change(partition, "digests", "data", block.id << 20)
        default:
            let segments = try partition.rows("SELECT id FROM segments WHERE id >> 20 = ?", [.integer(block.id)]) { $0.integer(0) }
            try change(partition, "segments", "data", try #require(segments.randomElement(using: &random)))
        }
        return block.numbers
    }
}
