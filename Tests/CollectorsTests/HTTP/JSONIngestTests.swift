import CZlib
import Collectors
import EventModel
import Testing

struct JSONIngestTests {
    static let bearer = ["Authorization": "Bearer \(HTTPRig.token("app"))", "Content-Type": "application/json"]

    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var body: String
        var type: String
        var records: [String]
    }

    static let cases = [
        Case(description: "an object", body: #" {"a": 1} "#, type: "application/json", records: [#"{"a": 1}"#]),
        Case(
            description: "an array", body: #"[{"a":1}, {"b":[2,{}]}]"#, type: "application/json",
            records: [#"{"a":1}"#, #"{"b":[2,{}]}"#]),
        Case(
            description: "objects in a row", body: "{\"a\":1}{\"b\":2}\n\n{\n \"c\": 3\n}", type: "",
            records: [#"{"a":1}"#, #"{"b":2}"#, "{\n \"c\": 3\n}"]),
        Case(description: "nothing", body: "[]", type: "application/json", records: []),
        Case(description: "lines", body: "{\"a\":1}\r\n\n{\"b\":2}", type: "application/x-ndjson", records: [#"{"a":1}"#, #"{"b":2}"#]),
        Case(
            description: "a bad line is kept", body: "{\"a\":1}\n{\"b\":\n{\"c\":3}\n", type: "application/jsonl",
            records: [#"{"a":1}"#, #"{"b":"#, #"{"c":3}"#]),
        Case(
            description: "text", body: "CEF:0|a|b|c|d|e|1|\nhello", type: "text/plain; charset=utf-8",
            records: ["CEF:0|a|b|c|d|e|1|", "hello"]),
        Case(
            description: "numbers and escapes as written", body: #"{"n":1.0e+01,"s":"é\u00e9\/"}"#, type: "application/json",
            records: [#"{"n":1.0e+01,"s":"é\u00e9\/"}"#]),
    ]

    @Test(arguments: cases)
    func `records are stored byte for byte`(_ one: Case) async throws {
        let rig = try HTTPRig()
        try await rig.run { rig async throws in
            var headers = Self.bearer
            headers["Content-Type"] = one.type.isEmpty ? nil : one.type
            let reply = try await rig.send("/ingest/app", one.body, headers)
            #expect(reply == .init(status: 200, body: "{\"records\":\(one.records.count)}", headers: [:]))
        }
        #expect(rig.sink.texts == one.records)
        #expect(rig.listener.sources[0].status.records == one.records.count)
    }

    @Test(arguments: [
        (#"{"a":1} {"b":}"#, "byte 13 in line 1"), ("{\"a\":1}\n{\"b\"", "byte 12 in line 2"), ("[1]", "each record must be an object"),
        (#"{"a":1},{"b":2}"#, "each record must be an object"), (#"{"a":01}"#, "not a number"), (#"[{"a":1}"#, "ends within an array"),
        (#"{"a":"\x"}"#, "bad escape"), ("\"text\"", "each record must be an object"), ("{\"a\":\"\u{1}\"}", "control character"),
    ])
    func `a body that is no JSON is refused as a whole, with the place`(body: String, reason: String) async throws {
        let rig = try HTTPRig()
        try await rig.run { rig async throws in
            let reply = try await rig.send("/ingest/app", body, Self.bearer)
            #expect(reply.status == 400)
            #expect(reply.body.contains(reason), "\(reply.body)")
        }
        #expect(rig.sink.texts == [])
        #expect(rig.sink.refusals == [.malformed: 1])
    }

    @Test(arguments: CompressionFormat.allCases)
    func `compressed bodies are read, bombs and damaged ones refused`(format: CompressionFormat) async throws {
        let rig = try HTTPRig { $0.maximumRequestBytes = 4 << 20 }
        try await rig.run { rig async throws in
            var headers = Self.bearer
            headers["Content-Encoding"] = format.rawValue
            let good = Packed.bytes(Array(#"{"a":1}"#.utf8), format)
            #expect(try await rig.send("/ingest/app", good, headers).status == 200)
            let bomb = Packed.bytes([UInt8](repeating: 0x20, count: 5 << 20), format)
            #expect(try await rig.send("/ingest/app", bomb, headers).status == 413)
            #expect(try await rig.send("/ingest/app", Array(good.dropLast(3)), headers).status == 400)
            headers["Content-Encoding"] = "br"
            #expect(try await rig.send("/ingest/app", good, headers).status == 415)
        }
        #expect(rig.sink.texts == [#"{"a":1}"#])
        #expect(rig.sink.refusals == [.tooLarge: 1, .malformed: 2])
    }

    @Test func `a long record is cut and flagged`() async throws {
        let rig = try HTTPRig(source: { $0.maximumRecordBytes = 10 })
        try await rig.run { rig async throws in
            #expect(try await rig.send("/ingest/app", #"[{"a":"0123456789"},{"b":2}]"#, Self.bearer).status == 200)
        }
        #expect(rig.sink.records.map(\.text) == [#"{"a":"0123"#, #"{"b":2}"#])
        #expect(rig.sink.records.map(\.flaw) == [.truncated, .none])
    }

    @Test func `large requests become many batches, and are answered once`() async throws {
        let rig = try HTTPRig()
        let lines = (0..<30_000).map { #"{"n":\#($0),"text":"a line of some length, as events have"}"# }
        try await rig.run { rig async throws in
            let reply = try await rig.send("/ingest/app", lines.joined(separator: "\n"), Self.bearer)
            #expect(reply.body == #"{"records":30000}"#)
        }
        #expect(rig.sink.texts == lines)
        #expect(rig.sink.batches > 10)
    }

    @Test func `the answer comes after the commit`() async throws {
        let rig = try HTTPRig(sink: CollectingSink(holdsReceipts: true))
        try await rig.run { rig async throws in
            async let reply = rig.send("/ingest/app", #"{"a":1}"#, Self.bearer)
            await rig.sink.waitForRecords(1)
            try await eventually { rig.sink.heldReceipts == 1 }
            rig.sink.commit()
            #expect(try await reply.status == 200)
        }
    }

    @Test func `records that do not come to a commit are to be sent again`() async throws {
        let rig = try HTTPRig(sink: CollectingSink(holdsReceipts: true)) { $0.commitTimeout = .milliseconds(100) }
        try await rig.run { rig async throws in
            async let lost = rig.send("/ingest/app", #"{"a":1}"#, Self.bearer)
            try await eventually { rig.sink.heldReceipts == 1 }
            rig.sink.lose()
            #expect(try await lost.status == 503)
            let late = try await rig.send("/ingest/app", #"{"a":1}"#, Self.bearer)
            #expect(late.status == 503)
            #expect(late.headers["retry-after"] == "5")
        }
    }

    @Test func `without room a request waits a little, then is asked to come again`() async throws {
        let rig = try HTTPRig(sink: CollectingSink(room: 0))
        try await rig.run { rig async throws in
            async let waits = rig.send("/ingest/app", #"{"a":1}"#, Self.bearer)
            try await eventually { rig.sink.isRefusing }
            rig.sink.addRoom(1)
            #expect(try await waits.status == 200)
            let reply = try await rig.send("/ingest/app", #"{"b":2}"#, Self.bearer)
            #expect(reply.status == 503)
            #expect(reply.headers["retry-after"] == "1")
        }
        #expect(rig.sink.texts == [#"{"a":1}"#])
        #expect(rig.sink.refusals == [.busy: 1])
    }
}
