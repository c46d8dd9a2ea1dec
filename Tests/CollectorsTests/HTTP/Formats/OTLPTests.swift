import Collectors
import EventModel
import Foundation
import TestSupport
import Testing

/// Writes protobuf, for tests of the reader.
struct Wire {
    var bytes: [UInt8] = []

    static func number(_ value: UInt64) -> [UInt8] {
        var (rest, out) = (value, [UInt8]())
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return out + [UInt8(rest)]
    }

    static func varint(_ field: UInt64, _ value: UInt64) -> [UInt8] { number(field << 3) + number(value) }
    static func fixed64(_ field: UInt64, _ value: UInt64) -> [UInt8] {
        number(field << 3 | 1) + withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    static func fixed32(_ field: UInt64, _ value: UInt32) -> [UInt8] {
        number(field << 3 | 5) + withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    static func bytes(_ field: UInt64, _ value: [UInt8]) -> [UInt8] { number(field << 3 | 2) + number(UInt64(value.count)) + value }
    static func text(_ field: UInt64, _ value: String) -> [UInt8] { bytes(field, Array(value.utf8)) }
    static func pair(_ key: String, _ value: [UInt8]) -> [UInt8] { text(1, key) + bytes(2, value) }

    /// A request with one resource, one scope and these log records.
    static func request(_ logs: [[UInt8]]) -> [UInt8] {
        let resource = bytes(1, pair("service.name", text(1, "app")))
        let scope = text(1, "lib") + text(2, "1.0")
        return bytes(1, bytes(1, resource) + bytes(2, bytes(1, scope) + logs.flatMap { bytes(2, $0) }))
    }
}

struct OTLPTests {
    static let full =
        Wire.fixed64(1, 1_544_712_660_300_000_000) + Wire.fixed64(11, 5) + Wire.varint(2, 10) + Wire.text(3, "Info\"")
        + Wire.bytes(5, Wire.text(1, "it happened"))
        + Wire.bytes(6, Wire.pair("s", Wire.text(1, "x"))) + Wire.bytes(6, Wire.pair("b", Wire.varint(2, 1)))
        + Wire.bytes(6, Wire.pair("i", Wire.varint(3, UInt64(bitPattern: -5))))
        + Wire.bytes(6, Wire.pair("d", Wire.fixed64(4, (1.5).bitPattern)))
        + Wire.bytes(6, Wire.pair("n", Wire.fixed64(4, Double.nan.bitPattern)))
        + Wire.bytes(6, Wire.pair("l", Wire.bytes(5, Wire.bytes(1, Wire.text(1, "y")) + Wire.bytes(1, Wire.varint(3, 2)))))
        + Wire.bytes(6, Wire.pair("m", Wire.bytes(6, Wire.bytes(1, Wire.pair("k", Wire.text(1, "z"))))))
        + Wire.bytes(6, Wire.pair("y", Wire.bytes(7, [1, 2, 3]))) + Wire.bytes(6, Wire.pair("e", []))
        + Wire.fixed32(8, 1) + Wire.bytes(9, [0xab, 0xcd]) + Wire.bytes(10, [0x01]) + Wire.text(12, "login") + Wire.varint(99, 7)

    static let fullJSON =
        #"{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"app"}}]},"scope":{"name":"lib","version":"1.0"},"#
        + #""logRecord":{"timeUnixNano":"1544712660300000000","observedTimeUnixNano":"5","severityNumber":10,"severityText":"Info\"","#
        + #""body":{"stringValue":"it happened"},"flags":1,"traceId":"abcd","spanId":"01","eventName":"login","#
        + #""attributes":[{"key":"s","value":{"stringValue":"x"}},{"key":"b","value":{"boolValue":true}},"#
        + #"{"key":"i","value":{"intValue":"-5"}},{"key":"d","value":{"doubleValue":1.5}},{"key":"n","value":{"doubleValue":"NaN"}},"#
        + #"{"key":"l","value":{"arrayValue":{"values":[{"stringValue":"y"},{"intValue":"2"}]}}},"#
        + #"{"key":"m","value":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"z"}}]}}},"#
        + #"{"key":"y","value":{"bytesValue":"AQID"}},{"key":"e","value":{}}]}}"#

    static func headers(_ type: String) -> [String: String] {
        ["Authorization": "Bearer \(HTTPRig.token("otel"))", "Content-Type": type]
    }

    static func rig() throws -> HTTPRig { try HTTPRig([("otel", .otlp)]) }

    @Test func `protobuf becomes the JSON form, a record for each log record`() async throws {
        let rig = try Self.rig()
        try await rig.run { rig async throws in
            let body = Wire.request([Self.full, Wire.text(3, "second")])
            let reply = try await rig.send("/v1/logs", body, Self.headers("application/x-protobuf"))
            #expect(reply == .init(status: 200, body: "", headers: [:]))
            #expect(reply.headers["content-type"] == "application/x-protobuf")
            var headers = Self.headers("application/x-protobuf")
            headers["Content-Encoding"] = "gzip"
            #expect(try await rig.send("/v1/logs", Packed.bytes(Wire.request([Self.full]), .gzip), headers).status == 200)
            #expect(try await rig.send("/v1/logs", [], Self.headers("application/x-protobuf")).status == 200)
        }
        #expect(rig.sink.texts.count == 3)
        #expect(rig.sink.texts.first == Self.fullJSON)
        #expect(rig.sink.texts.last == Self.fullJSON)
        #expect(rig.sink.texts[1].hasSuffix(#""logRecord":{"severityText":"second"}}"#))
    }

    @Test func `JSON is cut and put together, byte for byte`() async throws {
        let rig = try Self.rig()
        let body = #"""
            {"resourceLogs":[{"resource":{"attributes":[ ]},"scopeLogs":[
            {"scope":{"name":"a"},"logRecords":[{"body" :{"stringValue":"x"}},{"n":1.0}]},
            {"schemaUrl":"s","logRecords":[{}]}]},{"scopeLogs":[]},{}]}
            """#
        try await rig.run { rig async throws in
            #expect(try await rig.send("/v1/logs", body, Self.headers("application/json")).body == "{}")
            for bad in ["", "[]", #"{"resourceLogs":{}}"#, #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[1]}]}]}"#, "{}{}"] {
                #expect(try await rig.send("/v1/logs", bad, Self.headers("application/json")).status == 400, "\(bad)")
            }
            #expect(try await rig.send("/v1/logs", body, Self.headers("text/plain")).status == 415)
            let denied = try await rig.send("/v1/logs", body, ["Authorization": "Bearer x", "Content-Type": "application/json"])
            #expect(denied.body == #"{"code":16,"message":"the credentials are not accepted"}"#)
        }
        #expect(rig.sink.texts == [
            #"{"resource":{"attributes":[ ]},"scope":{"name":"a"},"logRecord":{"body" :{"stringValue":"x"}}}"#,
            #"{"resource":{"attributes":[ ]},"scope":{"name":"a"},"logRecord":{"n":1.0}}"#,
            #"{"resource":{"attributes":[ ]},"scopeSchemaUrl":"s","logRecord":{}}"#,
        ])
    }

    /// What an application logged as JSON is found by its product: it stands in the record as JSON, in place of the body.
    @Test func `a body that is JSON, or a map, becomes the event`() async throws {
        let rig = try Self.rig()
        let list = Wire.pair("l", Wire.bytes(5, Wire.bytes(1, Wire.text(1, "z"))))
        let map = Wire.bytes(6, Wire.bytes(1, Wire.pair("a", Wire.varint(3, 1))) + Wire.bytes(1, list))
        let json = #"""
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"x":1,"body":{"stringValue":"{\"a\": \"\\u00e9\"}"},"y":2},
            {"body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}},
            {"key":"l","value":{"arrayValue":{"values":[{"boolValue":true},{}]}}}]}}},
            {"body":{"stringValue":"{not json"}}]}]}]}
            """#
        try await rig.run { rig async throws in
            let body = Wire.request([Wire.text(3, "i") + Wire.bytes(5, Wire.text(1, #" {"a": "é"}"#)), Wire.bytes(5, map)])
            #expect(try await rig.send("/v1/logs", body, Self.headers("application/x-protobuf")).status == 200)
            #expect(try await rig.send("/v1/logs", json, Self.headers("application/json")).status == 200)
        }
        #expect(rig.sink.texts.map { String($0[($0.range(of: #""logRecord""#)?.lowerBound ?? $0.startIndex)...]) } == [
            #""logRecord":{"severityText":"i"},"event":{"a": "é"}}"#, #""logRecord":{},"event":{"a":1,"l":["z"]}}"#,
            #""logRecord":{"x":1,"y":2},"event":{"a": "\u00e9"}}"#, #""logRecord":{},"event":{"a":1,"l":[true,null]}}"#,
            #""logRecord":{"body":{"stringValue":"{not json"}}}"#,
        ])
    }

    @Test func `what is nested too deeply is rejected, the rest is stored, and the sender is told`() async throws {
        let rig = try Self.rig()
        var deep = Wire.text(1, "x")
        for _ in 0..<30 { deep = Wire.bytes(5, Wire.bytes(1, deep)) }
        let body = Wire.request([Wire.bytes(5, deep), Wire.text(3, "fine")])
        try await rig.run { rig async throws in
            let reply = try await rig.send("/v1/logs", body, Self.headers("application/x-protobuf"))
            #expect(reply.status == 200)
            #expect(reply.body.contains("values nested too deeply"))
            #expect(reply.body.utf8.contains(1), "one rejected")
        }
        #expect(rig.sink.texts.count == 1)
        #expect(rig.sink.refusals == [.malformed: 1])
    }

    @Test func `a large resource is not multiplied without bound`() async throws {
        let rig = try HTTPRig([("otel", .otlp)]) { $0.maximumRequestBytes = 64 << 10 }
        let resource = Wire.bytes(1, Wire.pair("k", Wire.text(1, String(repeating: "x", count: 30_000))))
        let logs = (0..<1_000).flatMap { _ in Wire.bytes(2, Wire.text(3, "i")) }
        try await rig.run { rig async throws in
            let body = Wire.bytes(1, Wire.bytes(1, resource) + Wire.bytes(2, logs))
            let reply = try await rig.send("/v1/logs", body, Self.headers("application/x-protobuf"))
            #expect(reply.status == 400)
        }
        #expect(rig.sink.texts == [])
    }

    @Test func `damaged and random protobuf ends in an error or in JSON`() throws {
        var random = SeededGenerator(seed: 0x07e1)
        let good = Wire.request([Self.full, Self.full])
        var read = 0
        for round in 0..<fuzzRounds(3_000) {
            var bytes = good
            if round % 4 == 0 {
                bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            } else {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
                }
                if round % 4 == 1 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            }
            let arena = Arena(capacity: 64)
            bytes.withUnsafeBytes { _ = arena.append($0) }
            guard let records = try? OTLPProtobuf.read(arena, maximumRecordBytes: 1 << 20, maximumBytes: 1 << 20) else { continue }
            for span in records.cuts.spans {
                let record = Data(records.cuts.bytes.slice(Int(span.offset), Int(span.length)))
                #expect((try? JSONSerialization.jsonObject(with: record)) != nil, "\(String(decoding: record, as: UTF8.self))")
                read += 1
            }
        }
        #expect(read > 200)
    }
}
