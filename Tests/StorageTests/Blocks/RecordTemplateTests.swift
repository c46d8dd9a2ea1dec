import EventModel
import Storage
import TestSupport
import Testing

/// Records that share their text, nearly share it, or only seem to: all come back byte for byte.
@Suite("Record templates")
struct RecordTemplateTests {
    /// JSON documents of a few kinds, each record a little different in the ways that matter to a template.
    private struct Documents {
        var random: SeededGenerator
        private var values = ["", "SUCCESS", "user.session.start", "a", "0123456", "01234567", "012345678", "a\\\"b\\\\", "\\u00e9"]

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func record() -> (head: String, body: String, tail: String) {
            let heads = ["", "", "<13>1 - host app - - - ", "<13>1 - otherhost app - - - "]
            let tails = ["", "", " ", "\t\t"]
            return (pick(heads), object(kind: Int.random(in: 0..<4, using: &random), depth: 0), pick(tails))
        }

        private mutating func object(kind: Int, depth: Int) -> String {
            let names = ["actor", "id", "ip", "target", "detail", "x\\\"y", "actor"]
            let space = chance(20) ? " " : ""
            var members: [String] = []
            for (place, name) in names.enumerated() where place < 3 + kind {
                members.append("\"\(name)\"\(space):\(space)\(value(kind: (kind + place) % 7, depth: depth))")
            }
            return "{\(space)\(members.joined(separator: ","))\(space)}"
        }

        private mutating func value(kind: Int, depth: Int) -> String {
            switch kind {
            case 0: return chance(10) ? "null" : "\"\(text())\""
            case 1: return "\(Int.random(in: 0..<3_000, using: &random))"
            case 2: return pick(["true", "false", "-0.5e3"])
            case 3 where depth < 2: return object(kind: 1, depth: depth + 1)
            case 4:
                let items = (0..<Int.random(in: 0...2, using: &random)).map { _ in "\"\(text())\"" }
                return "[\(items.joined(separator: ", "))]"
            case 5: return pick(["{}", "{ }", "[]", "[ ]"])
            default: return "\"\(text())\""
            }
        }

        /// Mostly one of few, so that slots are hit and pushed out; new ones join them.
        private mutating func text() -> String {
            if chance(5) { values.append(String(repeating: "é7", count: Int.random(in: 0..<40, using: &random))) }
            return pick(values)
        }

        private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

        private mutating func pick(_ list: [String]) -> String { list[Int.random(in: 0..<list.count, using: &random)] }
    }

    private static func batch(
        _ records: [(head: String, body: String, tail: String)], _ catalog: FieldCatalog
    ) throws -> EventBatch {
        let bytes = Arena()
        let spans = records.map { record in
            let text = record.head + record.body + record.tail
            return RecordSpan(offset: UInt32(bytes.append(text)), length: UInt32(text.utf8.count))
        }
        let received = Timestamp(seconds: AuditEvents.start)
        let builder = EventBuilder(
            RecordBatch(source: AuditEvents.source, receivedAt: received, bytes: bytes, records: spans))
        let scanner = JSONScanner(catalog: catalog)
        for (index, record) in records.enumerated() {
            var row = EventRow(record: index, raw: spans[index], receivedAt: received)
            row.bodyOffset += UInt32(record.head.utf8.count)
            row.bodyLength = UInt32(record.body.utf8.count)
            row.product = 1
            row.vendorStart = UInt32(builder.fieldCount)
            try scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: builder)
            row.vendorEnd = UInt32(builder.fieldCount)
            builder.append(row)
        }
        return builder.finish()
    }

    private static func roundTrip(_ batches: [EventBatch], _ store: TestStore, _ limits: StoreLimits) async throws {
        try await store.open(limits).writer.commit(EventCommit(batches: batches))
        let found = try await store.reader().allEvents().map(\.event.contents)
        #expect(firstDifference(found, batches.flatMap(\.contents)) == nil)
    }

    @Test(arguments: [(1 as UInt64, 1 << 20), (2, 1 << 20), (3, 20_000), (4, 500)])
    func anyRecordsComeBack(seed: UInt64, segmentBytes: Int) async throws {
        let store = try TestStore()
        var documents = Documents(seed: seed)
        var limits = StoreLimits()
        limits.segmentBytes = segmentBytes
        let batches = try (0..<6).map { _ in try Self.batch((0..<400).map { _ in documents.record() }, store.events.catalog) }
        try await Self.roundTrip(batches, store, limits)
    }

    /// One line a case: two records or three, and what they nearly have in common.
    @Test(arguments: [
        ("the same", ["{\"a\":1}", "{\"a\":1}", "{\"a\":1}"]), ("another key of the same length", ["{\"a\":1}", "{\"b\":1}"]),
        ("no value at all", ["{}", "{}", "{}"]), ("white space moved", ["{\"a\": 1}", "{\"a\" :1}", "{\"a\": 2}"]),
        ("a key that looks like a value", ["{\"a\":\"\\n\",\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"\\n\"}", "{\"a\":\"\",\"b\":\"x\"}"]),
        ("the same key twice", ["{\"a\":\"1\",\"a\":\"2\"}", "{\"a\":\"2\",\"a\":\"1\"}"]),
        ("escapes in keys", ["{\"\\u0061\\\"\":\"\\t\"}", "{\"\\u0061\\\"\":\"x\"}", "{\"a\\\"\":\"x\"}"]),
        ("empty and not", ["{\"a\":\"\"}", "{\"a\":\"x\"}", "{\"a\":\"\"}"]),
        ("a list that grows", ["{\"a\":[1]}", "{\"a\":[1,2]}", "{\"a\":[2,1]}", "{\"a\":[]}"]),
        ("a scalar alone", ["\"x\"", "\"y\"", "7", "8", "null"]),
    ]) func nearMisses(_ name: String, bodies: [String]) async throws {
        let store = try TestStore()
        // Twice, so that each can be a template.
        let records = (bodies + bodies).map { (head: "", body: $0, tail: "") }
        try await Self.roundTrip([try Self.batch(records, store.events.catalog)], store, StoreLimits())
    }

    /// More kinds of records than are looked for, and more values than a template has columns.
    @Test func boundsAreKept() async throws {
        let store = try TestStore()
        let wide = "[" + (0..<1_500).map(String.init).joined(separator: ",") + "]"
        let kinds = (0..<1_200).map { "{\"key\($0)\":\($0)}" }
        let records = ([wide, wide] + kinds + kinds).map { (head: "", body: $0, tail: "") }
        try await Self.roundTrip([try Self.batch(records, store.events.catalog)], store, StoreLimits())
    }

    /// What a template is for.
    @Test func recordsOfOneKindTakeLittleRoom() async throws {
        let store = try TestStore()
        let batch = store.events.batch(500, shapes: [.jsonInSyslog, .escaped])
        try await store.open().writer.commit(EventCommit(batches: [batch]))
        let sizes = try store.connection().row("SELECT length(data), raw_bytes FROM blocks") { ($0.integer(0), $0.integer(1)) }
        let (stored, raw) = try #require(sizes)
        // 260 of the 1,740 bytes of such a record are random digits.
        #expect(stored * 4 < raw, "\(stored) of \(raw)")
    }
}
