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
}

extension FieldSelector {
    fileprivate var name: String {
        switch self {
        case .named(let name), .vendor(let name): name
        case .anyValue: ""
        }
    }
}
