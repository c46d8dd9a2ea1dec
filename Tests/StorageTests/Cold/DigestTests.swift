import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

@Suite("Digests of cold blocks")
struct DigestTests {
    private static let hour: Int64 = 3_600_000_000

    /// What is counted: by what, among which events, and to which grain times are told. `digested`: whether a digest has it.
    struct Case: CustomTestStringConvertible {
        var fields: [[String]] = []
        var expression = MatchExpression.constant(true)
        var grain: Int64 = 0
        var digested = true

        var testDescription: String { "\(expression) by \(fields), \(grain)" }
    }

    private static func test(_ path: String, _ test: ValueTest) -> MatchExpression { .test(FieldTest(.named(path), test)) }

    private static let user = FieldAliases.selectors(for: "user").map(\.name)
    private static let succeeded = test("status", .text(.exactly("SUCCESS")))
    private static let started = test("metadata.event_code", .text(.exactly("user.session.start")))
    private static let signIn = test("class_uid", .number(3_002, text: "3002"))

    static let cases: [Case] = [
        Case(), Case(fields: [user]), Case(fields: [["class_uid"]]), Case(fields: [["status"], ["class_uid"]]),
        Case(fields: [["metadata.event_code", "api.operation", "activity_name"]]),
        Case(fields: [["status"]], expression: signIn), Case(expression: .all([signIn, succeeded]), grain: hour),
        Case(expression: .not(started), grain: 24 * hour),
        Case(expression: .any([started, test("metadata.event_code", .text(.containing("sign")))]), grain: hour),
        Case(fields: [["status"]], expression: test("class_uid", .compare(.greater, 3_001))),
        // What no digest tells.
        Case(fields: [["client.device"]], digested: false), Case(fields: [user], grain: hour, digested: false),
        Case(fields: [["status"]], grain: 60_000_000, digested: false),
        Case(expression: test("status", .exists(true)), digested: false),
        Case(expression: test("client.device", .text(.exactly("Computer"))), digested: false),
        Case(fields: [user], expression: succeeded, digested: false),
        Case(expression: .test(FieldTest(.anyValue, .text(.containing("success")))), digested: false),
    ]

    /// How many events have which values, by hour where times are told.
    private static func counts(_ reader: StoreReader, _ one: Case, _ detail: ColumnDetail) async throws -> ([String: Int], SearchTotals)
    {
        let found = Collector<(String, Int)>()
        let totals = try await reader.columns(
            SearchRequest(one.expression), fields: one.fields.map { $0.map { .named($0) } }, detail: detail
        ) { block in
            for row in 0..<block.count {
                let values = block.fields.map { column in
                    ([column.codes[row]] + column.others.filter { Int($0.event) == row }.map(\.code)).filter { $0 >= 0 }
                        .map { "\(column.kinds[Int($0)]) \(column.text(Int($0)))" }
                }
                let bucket = one.grain > 0 ? block.times[row].microseconds / one.grain : 0
                found.add(("\(bucket) \(values)", block.weights?[row] ?? 1))
            }
        }
        return (Dictionary(found.all, uniquingKeysWith: +), totals)
    }

    @Test(arguments: cases)
    func sayWhatTheEventsSay(_ one: Case) async throws {
        var cold = try ColdStore(seed: 31)
        try await cold.fill(8, records: 60)
        try await cold.compact()
        let reader = try cold.store.reader()
        let (expected, _) = try await Self.counts(reader, one, .rows(withTimes: true))
        let (counts, totals) = try await Self.counts(reader, one, .counts(grain: one.grain))
        #expect(counts == expected)
        #expect(totals.matched == expected.values.reduce(0, +))
        #expect((totals.digestedBlocks > 0) == one.digested)
        #expect(totals.digestedBlocks + totals.scannedBlocks == totals.blocks)
    }

    /// A block that is searched in part is opened.
    @Test func aPartOfABlockIsScanned() async throws {
        var cold = try ColdStore(seed: 32)
        try await cold.fill(4, records: 60)
        try await cold.compact()
        let reader = try cold.store.reader()
        let middle = Timestamp(seconds: AuditEvents.start + 100)
        let counted = Collector<Int>()
        let totals = try await reader.columns(
            SearchRequest(.constant(true), since: middle), fields: [["status"].map { .named($0) }], detail: .counts(grain: 0)
        ) { block in counted.add(block.count) }
        let expected = try await reader.allEvents().count { $0.event.time >= middle }
        #expect(counted.all.reduce(0, +) == expected)
        #expect(totals.digestedBlocks == 0)
    }

    /// A digest that is not as it was written is not believed: the block is read.
    @Test func damageMakesNoDifference() async throws {
        var cold = try ColdStore(seed: 33)
        try await cold.fill(6, records: 60)
        try await cold.compact()
        let one = Case(fields: [Self.user])
        let (expected, _) = try await Self.counts(try cold.store.reader(), one, .counts(grain: 0))
        let files = cold.store.files
        for name in try FileManager.default.contentsOfDirectory(atPath: files.coldDirectory) {
            let connection = try Connection(path: files.partition(name), access: .readWrite)
            try connection.execute("UPDATE digests SET data = zeroblob(length(data)) WHERE id % 2 = 1")
        }
        let (counts, totals) = try await Self.counts(try cold.store.reader(), one, .counts(grain: 0))
        #expect(counts == expected)
        #expect(totals.digestedBlocks == 0 && totals.scannedBlocks > 0 && !totals.isPartial)
    }

    /// A digest with the right checksum may say anything: the counts are wrong then, and nothing else happens.
    @Test func survivesAnyContents() async throws {
        var cold = try ColdStore(seed: 34)
        try await cold.fill(6, records: 60)
        try await cold.compact()
        let files = cold.store.files
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: files.coldDirectory).first)
        let connection = try Connection(path: files.partition(name), access: .readWrite)
        let codec = ColdBlockCodec(catalog: cold.store.events.catalog, products: cold.store.events.products)
        let digests = try connection.rows("SELECT id, data FROM digests") { row -> (id: Int64, plain: [UInt8]) in
            var packed = Array(row.blob(1)).dropFirst(8)
            var length = 0
            var shift = 0
            while let byte = packed.popFirst() {
                length |= (Int(byte) & 0x7f) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            return (row.integer(0), try codec.unpack(Array(packed), length: length))
        }
        var generator = SeededGenerator(seed: 35)
        for _ in 0..<150 {
            for digest in digests {
                var plain = digest.plain
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    plain[Int.random(in: plain.indices, using: &generator)] = .random(in: 0...255, using: &generator)
                }
                if Bool.random(using: &generator) { plain.removeLast(.random(in: 0...plain.count / 4, using: &generator)) }
                // Bytes that are as long as they say are not compressed.
                var packed: [UInt8] = []
                var rest = plain.count
                while rest >= 0x80 {
                    packed.append(UInt8(rest & 0x7f | 0x80))
                    rest >>= 7
                }
                packed += [UInt8(rest)] + plain
                let checksum = packed.withUnsafeBytes { XXHash64.hash($0) }
                let bytes = withUnsafeBytes(of: checksum.littleEndian) { Array($0) } + packed
                try connection.run("UPDATE digests SET data = ? WHERE id = ?", [.blob(bytes), .integer(digest.id)])
            }
            let reader = try cold.store.reader()
            for one in Self.cases where one.digested { _ = try await Self.counts(reader, one, .counts(grain: one.grain)) }
        }
    }
}

extension FieldSelector {
    fileprivate var name: String {
        switch self {
        case .named(let name), .vendor(let name): name
        case .anyValue: ""
        }
    }
}
