import EventModel
import Matching
import Storage
import TestSupport
import Testing

@Suite("Damaged and newer blocks")
struct DamagedBlockTests {
    /// Three blocks of 50 events; the middle one is tampered with.
    private func store(tampering: (inout [UInt8]) -> Void) async throws -> TestStore {
        let store = try TestStore()
        let opened = try store.open()
        for _ in 0..<3 { try await opened.writer.commit(EventCommit(batches: [store.events.batch(50)])) }
        let connection = try store.connection()
        var block = try #require(try connection.row("SELECT data FROM blocks WHERE first_sequence = 51") { Array($0.blob(0)) })
        tampering(&block)
        try connection.run("UPDATE blocks SET data = ? WHERE first_sequence = 51", [.blob(block)])
        return store
    }

    enum Tampering: CaseIterable {
        case bitInTheMiddle, bitInTheDirectory, bitInTheHeader, endMissing, byteMore, empty, somethingElse, newerFormat

        func apply(_ block: inout [UInt8]) {
            switch self {
            case .bitInTheMiddle: block[block.count / 2] ^= 1
            case .bitInTheDirectory: block[block.count - 3] ^= 0x80
            case .bitInTheHeader: block[8] ^= 1
            case .endMissing: block.removeLast(100)
            case .byteMore: block.append(0)
            case .empty: block = []
            case .somethingElse: block = Array(repeating: 0x20, count: 5_000)
            case .newerFormat: block[4] = 9
            }
        }

        var reason: String {
            switch self {
            case .bitInTheMiddle, .bitInTheDirectory, .bitInTheHeader: "checksum"
            case .endMissing, .byteMore: "length"
            case .empty: "shorter"
            case .somethingElse: "no block"
            case .newerFormat: "format 9"
            }
        }
    }

    @Test(arguments: Tampering.allCases) func skipsTheBlockAndSaysSo(_ tampering: Tampering) async throws {
        let store = try await store { tampering.apply(&$0) }
        let reader = try store.reader()
        let result = try await reader.search(SearchRequest(.constant(true)))
        #expect(result.events.count == 100)
        #expect(result.totals.isPartial)
        #expect(result.totals.damagedBlocks.map(\.firstSequence) == [51])
        #expect(result.totals.damagedBlocks.first?.count == 50)
        #expect(result.totals.damagedBlocks.first?.reason.contains(tampering.reason) == true, "\(result.totals.damagedBlocks)")

        let replay = try await reader.replay(after: 0, through: .max) { _ in }
        #expect(replay.events == 100)
        #expect(replay.damagedBlocks.map(\.firstSequence) == [51])
        #expect(try await reader.events(sequences: [1, 60, 150]).map(\.sequence) == [1, 150])
    }

    @Test func damagedKeysAreNotTrusted() async throws {
        let store = try await store { _ in }
        try store.connection().run("UPDATE blocks SET keys = zeroblob(length(keys)) WHERE first_sequence = 51")
        let replay = try await store.reader().replay(after: 0, through: .max) { _ in }
        #expect(replay.damagedBlocks.map(\.firstSequence) == [51])
    }

    /// Bytes that lie about themselves under a right checksum: the decoder must not leave its bounds, whatever they say.
    @Test func survivesAnyBytes() async throws {
        let store = try TestStore()
        var limits = StoreLimits()
        limits.segmentBytes = 3_000
        let opened = try store.open(limits)
        try await opened.writer.commit(
            EventCommit(batches: [store.events.batch(12, shapes: AuditEvents.Shape.allCases)]))
        let connection = try store.connection()
        let block = try #require(try connection.row("SELECT data FROM blocks") { Array($0.blob(0)) })
        var random = SeededGenerator(seed: 7)
        let reader = try store.reader()
        var refused = 0
        for _ in 0..<1_500 {
            var copy = block
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                copy[Int.random(in: 64..<copy.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            copy.withUnsafeMutableBytes { BlockChecksum.seal($0) }
            try connection.run("UPDATE blocks SET data = ?", [.blob(copy)])
            let totals = try await reader.replay(after: 0, through: .max) { _ in }
            refused += totals.damagedBlocks.count
        }
        // Most changes hit LZ4 literals (record bytes), which nothing but the checksum can tell.
        #expect(refused > 100)
    }
}
