import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

/// Cold blocks that lie under right checksums: whatever they say, reading them gives rows or says what is wrong, in bounded time and
/// memory.
@Suite("Hostile cold blocks", .serialized)
struct ColdBlockFuzzTests {
    private static let rounds = fuzzRounds(3_000)
    /// Longest time that one block may take: a second is much, even on a busy machine.
    private static let patience = Duration.seconds(20)

    private static func base(_ seed: UInt64) throws -> (parts: ColdBlockParts, codec: ColdBlockCodec, events: AuditEvents) {
        var events = AuditEvents(seed: seed)
        let codec = ColdBlockCodec(catalog: events.catalog, products: events.products, sources: [AuditEvents.source])
        var next: Int64 = 1
        let batches = (0..<4).map { _ in
            let batch = events.batch(20, shapes: AuditEvents.Shape.allCases)
            defer { next += Int64(batch.rows.count) }
            return StoredBatch(batch: batch, sequences: batch.rows.indices.map { next + Int64($0) })
        }
        return (try ColdBlockParts(codec.seal(batches), codec), codec, events)
    }

    /// Reads every byte that the events name.
    private static func touch(_ batches: [StoredBatch]) -> Int {
        var sum = 0
        for stored in batches {
            for index in stored.batch.rows.indices {
                let event = stored.batch[index]
                for bytes in [event.raw] + (Array(event.ocsfFields) + Array(event.vendorFields)).map({ event.batch.bytes(of: $0) }) {
                    sum &+= bytes.count &+ Int(bytes.first ?? 0) &+ Int(bytes.last ?? 0)
                }
            }
        }
        return sum
    }

    @Test func takenApartAndPutTogetherItIsTheSame() throws {
        let (parts, codec, _) = try Self.base(1)
        let found = try codec.open(parts.block())
        #expect(found.flatMap(\.sequences) == Array(1...Int64(parts.rowCount)))
        #expect(Self.touch(found) > 0)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func decodesOrRefuses(_ seed: UInt64) throws {
        let (parts, codec, _) = try Self.base(seed)
        var change = HostileChange(random: SeededGenerator(seed: seed))
        var refused = 0
        for round in 0..<Self.rounds / 3 {
            var changed = parts
            change.apply(to: &changed)
            let block = changed.block()
            let start = ContinuousClock.now
            for selected in [nil, [0, 3, 40]] as [[UInt32]?] {
                do {
                    _ = Self.touch(try codec.open(block, selected: selected.map { $0.filter { $0 < changed.rowCount } }))
                } catch {
                    if selected == nil { refused += 1 }
                    #expect("\(type(of: error))" == "BlockError", "seed \(seed), round \(round): \(error)")
                }
            }
            #expect(ContinuousClock.now - start < Self.patience, "seed \(seed), round \(round)")
        }
        // Both happen: bytes of values may be anything, structure may not.
        #expect(refused > Self.rounds / 30 && refused < Self.rounds / 3)
    }

    /// In a store: searches of all kinds, counting, replay, `verify`, and a repair.
    @Test(arguments: [4, 5] as [UInt64]) func searchesOrReports(_ seed: UInt64) async throws {
        let (parts, _, _) = try Self.base(seed)
        var cold = try ColdStore(seed: seed)
        try await cold.fill(4, records: 20)
        try await cold.compact()
        try await cold.opened.writer.close()
        let files = cold.store.files
        let database = try cold.store.connection()
        let name = try #require(try database.row("SELECT partition FROM cold_blocks") { $0.text(0) })
        let partition = try Connection(path: files.partition(name), access: .readWrite)
        var change = HostileChange(random: SeededGenerator(seed: seed))
        var random = SeededGenerator(seed: seed)
        for round in 0..<Self.rounds / 40 {
            var changed = parts
            change.apply(to: &changed)
            let block = changed.block()
            try partition.transaction {
                try partition.run("UPDATE blocks SET head = ? WHERE id = 1", [.blob(block.head)])
                try partition.run("DELETE FROM segments")
                for (number, bytes) in block.segments {
                    try partition.run("INSERT INTO segments VALUES (?, ?)", [.integer(1 << 20 | Int64(number)), .blob(bytes)])
                }
                try partition.run("UPDATE filters SET data = ?", [.blob(block.filter)])
            }
            try database.run("UPDATE cold_blocks SET count = ?, first_sequence = 1", [.count(changed.rowCount)])
            let start = ContinuousClock.now
            let reader = try cold.store.reader()
            for _ in 0..<3 {
                let leaf = ColdSearchTests.leaves.randomElement(using: &random) ?? .constant(true)
                for expression in [leaf, .not(leaf)] {
                    _ = try await reader.search(SearchRequest(expression, limit: 1_000))
                    _ = try await reader.columns(
                        SearchRequest(expression),
                        fields: [[.named("actor.user.name")], [.named("target.displayName"), .vendor("eventType")], [.named("time")]]
                    ) { _ in }
                }
            }
            _ = try await reader.replay(after: 0, through: .max) { _ in }
            _ = try await reader.verify()
            _ = try StoreRepair.run(files, isDryRun: true)
            #expect(ContinuousClock.now - start < Self.patience, "seed \(seed), round \(round)")
        }
    }

    // MARK: - Blocks that want too much

    /// Small blocks that would be huge, one for each bound.
    enum Bomb: CaseIterable {
        case longPrefix, longTexts, chainOfColumns, manyColumns, longRecords, manyNames

        func apply(to parts: inout ColdBlockParts) {
            let text = ColdBlockParts.Column(
                role: 1, numbers: [0, 0, 0, 1, 1], forms: 0, alphabet: 0, longest: 1, range: nil, bytes: [])
            switch self {
            case .longPrefix:
                // All of 16,384 values begin with two million bytes.
                for index in parts.columns.indices where parts.columns[index].forms == 0 {
                    var bytes: [UInt8] = [0]
                    bytes.append(varint: 2 << 20)
                    bytes += [UInt8](repeating: 0x61, count: 2 << 20)
                    parts.columns[index].bytes = bytes + [0, 0, 0]
                }
                parts.setHeader(rows: 16_384)
                for index in parts.columns.indices where parts.columns[index].forms == 0 {
                    (parts.columns[index].numbers[3], parts.columns[index].numbers[4]) = (16_384, 16_384)
                }
            case .longTexts:
                // Each value has 200 million bytes, all the same one.
                for index in parts.columns.indices {
                    var bytes: [UInt8] = [0, 0, 0, 0]
                    bytes.append(varint: 400_000_000)
                    parts.columns[index].forms = 0
                    parts.columns[index].bytes = bytes + [0, 0x61]
                }
            case .chainOfColumns:
                parts.columns = [text]
                for number in 0..<60_000 {
                    var next = text
                    next.forms = 6
                    next.valueBase = UInt64(number)
                    parts.columns.append(next)
                }
                parts.setHeader(segments: UInt32(parts.columns.count + 3))
            case .manyColumns:
                parts.columns += Array(repeating: text, count: 200_000)
                parts.setHeader(segments: UInt32(parts.columns.count + 3))
            case .longRecords:
                // Every skeleton's text is 30 million bytes long: 80 rows of it.
                var bytes: [UInt8] = [1, 0, 0, 0, 0]
                bytes.append(varint: 30_000_000)
                parts.rows[0] = bytes + [UInt8](repeating: 0x61, count: 30_000_000)
            case .manyNames: parts.names[2] += Array(repeating: [], count: 3 << 20)
            }
        }
    }

    @Test(arguments: Bomb.allCases) func bombsAreRefused(_ bomb: Bomb) throws {
        var (parts, codec, _) = try Self.base(6)
        bomb.apply(to: &parts)
        let block = parts.block()
        let before = Self.peak
        let error = try #require(throws: (any Error).self) { try codec.open(block) }
        #expect("\(type(of: error))" == "BlockError", "\(error)")
        // Two gigabytes for what all tests of the process take meanwhile.
        #expect(Self.peak - before < 2 << 30, "\(bomb)")
    }

    /// The most memory that the process has had.
    private static var peak: Int {
        let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
}
