import Enrichment
import EventModel
import Foundation
import LocatedYAML
import Testing
import TestSupport

@Suite struct StixTests {
    typealias Fixture = EnrichmentFixture

    private static let sha256 = String(repeating: "c0", count: 32)
    private static let md5 = String(repeating: "c1", count: 16)

    private static func indicator(_ id: Int, _ pattern: String, _ more: [String: Any] = [:]) -> [String: Any] {
        [
            "type": "indicator", "spec_version": "2.1", "id": "indicator--00000000-0000-4000-8000-\(String(format: "%012d", id))",
            "pattern": pattern, "pattern_type": "stix", "valid_from": "2020-01-01T00:00:00Z",
        ].merging(more) { $1 }
    }

    private static func bundle(_ objects: [[String: Any]]) throws -> Data {
        try JSONSerialization.data(withJSONObject: ["type": "bundle", "id": "bundle--1", "objects": objects])
    }

    private func load(_ contents: Data) throws -> (Fixture, Enrichment?, [Diagnostic]) {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        configuration.indicators = [.init(name: "intel", file: try fixture.file("intel.json", contents), format: .stix)]
        let (loaded, diagnostics) = fixture.load(configuration)
        return (fixture, loaded, diagnostics)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var pattern: String
        /// Each event's fields, and whether the pattern holds of it.
        var events: [([String: String], Bool)]

        init(_ pattern: String, _ events: [([String: String], Bool)]) {
            self.pattern = pattern
            self.events = events
        }

        var testDescription: String { pattern }
    }

    @Test("patterns", arguments: [
        Case("[ipv4-addr:value = '203.0.113.7']", [
            (["src_endpoint.ip": "203.0.113.7"], true), (["src_endpoint.ip": "203.0.113.8"], false),
        ]),
        Case("[ipv4-addr:value='203.0.113.0/24']", [(["device.ip": "203.0.113.8"], true)]),
        Case("[ipv6-addr:value ISSUBSET '2001:db8::/48']", [
            (["src_endpoint.ip": "2001:db8:0:1::"], true), (["src_endpoint.ip": "2001:db8:1::"], false),
        ]),
        Case("[ipv4-addr:value IN ('203.0.113.7', '203.0.113.9')]", [(["src_endpoint.ip": "203.0.113.9"], true)]),
        Case("[domain-name:value = 'evil.example']", [(["src_endpoint.hostname": "EVIL.example"], true)]),
        Case("[url:value = 'https://evil.example/a']", [(["http_request.url.url_string": "https://evil.example/a"], true)]),
        Case("[email-addr:value = 'bad@evil.example']", [(["actor.user.email_addr": "Bad@evil.example"], true)]),
        Case("[email-message:from_ref.value = 'bad@evil.example']", [(["actor.user.name": "bad@evil.example"], true)]),
        Case("[network-traffic:dst_ref.value = '203.0.113.7']", [(["dst_endpoint.ip": "203.0.113.7"], true)]),
        Case("[file:hashes.'SHA-256' = '\(sha256)']", [(["file.uid": sha256.uppercased()], true)]),
        Case("[file:hashes.\"SHA-256\" = '\(sha256)' OR file:hashes.MD5 = '\(md5)']", [
            (["file.uid": md5], true), (["file.uid": sha256], true),
        ]),
        Case("[domain-name:value = 'evil.example'] OR ([ipv4-addr:value = '203.0.113.7'])", [
            (["src_endpoint.ip": "203.0.113.7"], true), (["src_endpoint.hostname": "evil.example"], true),
        ]),
        // Both, in one event; AND before OR.
        Case("[ipv4-addr:value = '203.0.113.7' AND domain-name:value = 'evil.example']", [
            (["src_endpoint.ip": "203.0.113.7"], false), (["src_endpoint.hostname": "evil.example"], false),
            (["src_endpoint.ip": "203.0.113.7", "src_endpoint.hostname": "evil.example"], true),
        ]),
        Case("[email-addr:value = 'a@b.example' OR ipv4-addr:value = '203.0.113.7' AND domain-name:value = 'evil.example']", [
            (["user.email_addr": "a@b.example"], true), (["src_endpoint.ip": "203.0.113.7"], false),
        ]),
        Case("[(email-addr:value = 'a@b.example' OR ipv4-addr:value = '203.0.113.7') AND domain-name:value = 'evil.example']", [
            (["user.email_addr": "a@b.example"], false),
            (["user.email_addr": "a@b.example", "src_endpoint.hostname": "evil.example"], true),
            (["src_endpoint.ip": "203.0.113.7", "src_endpoint.hostname": "x.evil.example"], true),
        ]),
    ])
    func patterns(_ example: Case) throws {
        let (fixture, loaded, diagnostics) = try load(try Self.bundle([Self.indicator(1, example.pattern)]))
        #expect(diagnostics.isEmpty)
        let enricher = try #require(loaded).enricher()
        for (fields, holds) in example.events {
            let batch = fixture.batch(enricher, fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            let found = batch[0].ocsfFields.count { $0.id == fixture.catalog.intern("enrichments") }
            #expect(found == (holds ? 1 : 0), "\(fields)")
        }
    }

    @Test("what a pattern asks that no event can be compared with is told with its id", arguments: [
        ("[ipv4-addr:value = '203.0.113.7'] AND [domain-name:value = 'evil.example']", "several observations"),
        ("[ipv4-addr:value = '203.0.113.7'] FOLLOWEDBY [domain-name:value = 'evil.example']", "several observations"),
        ("[ipv4-addr:value = '203.0.113.7'] REPEATS 5 TIMES", "in a time"),
        ("[process:name = 'x']", "\"process:name\""),
        ("[ipv4-addr:value = '203.0.113.7' AND file:name = 'x']", "\"file:name\""),
        ("[ipv4-addr:value != '203.0.113.7']", "\"!=\""),
        ("[url:value LIKE 'http://%']", "\"LIKE\""),
        ("[url:value NOT = 'http://x.example']", "is not"),
        ("[ipv4-addr:value = '203.0.113.300']", "is not an IP address"),
        ("[ipv4-addr:value = 203]", "in quotes"),
        ("[ipv4-addr:value = '203.0.113.7'", "\"]\" is missing"),
        ("[ipv4-addr:value = '203.0.113.7", "never closed"),
        ("", "\"[\" is missing"),
        ("[" + String(repeating: "(", count: 1_000), "nested deeper"),
        (String(repeating: "(", count: 1_000), "nested deeper"),
        ("[\u{1f4a3}]", "belongs to no word"),
    ])
    func unreadable(_ pattern: String, _ message: String) throws {
        let (_, loaded, diagnostics) = try load(
            try Self.bundle([Self.indicator(7, pattern), Self.indicator(8, "[domain-name:value = 'evil.example']")]))
        #expect(loaded?.parts.first?.count == 1)
        #expect(diagnostics.count == 1)
        let told = diagnostics.first?.message ?? ""
        #expect(told.contains(message), "\(told)")
        #expect(told.hasPrefix("indicator--00000000-0000-4000-8000-000000000007: "))
    }

    @Test("a pattern whose alternatives multiply is refused")
    func explosion() throws {
        let either = "(ipv4-addr:value = '203.0.113.7' OR ipv4-addr:value = '203.0.113.8')"
        let pattern = "[" + [String](repeating: either, count: 40).joined(separator: " AND ") + "]"
        let (_, _, diagnostics) = try load(try Self.bundle([Self.indicator(1, pattern)]))
        #expect(diagnostics.first?.message.contains("alternatives") == true)
    }

    @Test("times of validity, revocation and later versions")
    func versions() throws {
        let day: Int64 = 86_400
        let (fixture, loaded, diagnostics) = try load(try Self.bundle([
            ["type": "identity", "id": "identity--1", "name": "Example Intelligence"],
            Self.indicator(1, "[domain-name:value = 'one.example']", [
                "valid_from": "2026-05-01T00:00:00Z", "valid_until": "2026-06-01T00:00:00Z",
            ]),
            Self.indicator(2, "[domain-name:value = 'two.example']", ["modified": "2026-01-02T00:00:00Z"]),
            Self.indicator(2, "[domain-name:value = 'two.example']", ["modified": "2026-01-03T00:00:00Z", "revoked": true]),
            Self.indicator(2, "[domain-name:value = 'two.example']", ["modified": "2026-01-01T00:00:00Z"]),
            Self.indicator(3, "[domain-name:value = 'three.example']", ["modified": "2026-01-01T00:00:00Z"]),
            Self.indicator(3, "[domain-name:value = 'four.example']", ["modified": "2026-01-02T00:00:00Z"]),
        ]))
        #expect(diagnostics.isEmpty)
        let enricher = try #require(loaded).enricher()
        let may = Timestamp(seconds: 1_777_593_600)  // 2026-05-01T00:00:00Z
        func count(_ domain: String, _ time: Timestamp) throws -> Int {
            Fixture.enrichments(try fixture.event(enricher, ["src_endpoint.hostname": domain], at: time)).count
        }
        #expect(try count("one.example", may) == 1)
        #expect(try count("one.example", Timestamp(microseconds: may.microseconds - 1)) == 0)
        #expect(try count("one.example", may + 31 * day * 1_000_000) == 0)
        #expect(try count("two.example", may) == 0)
        #expect(try count("three.example", may) == 0)
        #expect(try count("four.example", may) == 1)
    }

    @Test("what an indicator says of itself stands in the event")
    func details() throws {
        let (fixture, loaded, _) = try load(try Self.bundle([
            Self.indicator(1, "[ipv4-addr:value ISSUBSET '203.0.113.0/25']", [
                "name": "A \"quoted\" name", "labels": ["botnet"], "indicator_types": ["malicious-activity", "botnet"], "confidence": 85,
                "valid_until": "2030-01-01T00:00:00Z",
            ])
        ]))
        let enricher = try #require(loaded).enricher()
        let document = try fixture.event(enricher, ["src_endpoint.ip": "203.0.113.7"])
        for (path, value) in [
            "name": "src_endpoint.ip", "value": "203.0.113.7", "type": "indicator", "provider": "intel",
            "short_desc": "A \"quoted\" name", "data.list": "intel", "data.indicator": "203.0.113.0/25", "data.type": "ipv4-addr",
            "data.id": "indicator--00000000-0000-4000-8000-000000000001", "data.labels.0": "botnet",
            "data.labels.1": "malicious-activity", "data.confidence": "85", "data.valid_from": "1577836800000",
            "data.valid_until": "1893456000000",
        ] {
            #expect(Fixture.text(document, "enrichments.0.\(path)") == value, "\(path)")
        }
        #expect(Fixture.text(document, "enrichments.0.data.labels.2") == nil)
    }

    @Test("a list, objects one a line, and an answer of TAXII")
    func shapes() throws {
        let one = try JSONSerialization.data(withJSONObject: Self.indicator(1, "[domain-name:value = 'evil.example']"))
        let two = try JSONSerialization.data(withJSONObject: Self.indicator(2, "[domain-name:value = 'two.example']"))
        let lines = one + Data("\r\n\n".utf8) + two + Data("\n".utf8)
        let list = Data("[ ".utf8) + one + Data(" ,\n".utf8) + two + Data("]".utf8)
        let answer = Data(#"{"more": false, "x": {"objects": 1}, "objects": "#.utf8) + list + Data("}".utf8)
        for contents in [lines, list, answer] {
            let (_, loaded, diagnostics) = try load(contents)
            #expect(loaded?.parts.first?.count == 2)
            #expect(diagnostics.isEmpty)
        }
    }

    @Test("files that are no STIX, or end early", arguments: [
        "{", "[", "[{]", "[1 2]", #"{"objects": [{"type": "indicator""#, #"{"objects": ["#, "indicator", "]", "{}}", "\u{0}",
        #"[{"a": "\"#, #"{"a" "b"}"#,
    ])
    func garbage(_ contents: String) throws {
        let (_, loaded, diagnostics) = try load(Data(contents.utf8))
        #expect(loaded == nil || loaded?.parts.first?.count == 0)
        #expect(!diagnostics.isEmpty)
    }

    @Test("patterns and bundles of noise do no harm")
    func noise() throws {
        var random = SeededGenerator(seed: 5)
        let words = [
            "[", "]", "(", ")", "'", "AND", "OR", "=", "IN", "ISSUBSET", "NOT", "ipv4-addr", ":", "value", "'203.0.113.7'", ",", ".",
            "file:hashes", "'SHA-256'", "\\", "domain-name:value", "'evil.example'", "FOLLOWEDBY", "\u{0}", "é",
        ]
        for _ in 0..<fuzzRounds(300) {
            let pattern = (0..<Int.random(in: 1...30, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
                .joined(separator: Bool.random(using: &random) ? " " : "")
            var bytes = try Self.bundle([Self.indicator(1, pattern)])
            if Int.random(in: 0..<3, using: &random) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try load(bytes)
        }
    }
}
