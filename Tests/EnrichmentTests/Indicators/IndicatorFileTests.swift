import Enrichment
import EventModel
import Foundation
import LocatedYAML
import Testing
import TestSupport

@Suite struct IndicatorFileTests {
    typealias Fixture = EnrichmentFixture

    private static let md5 = String(repeating: "0a", count: 16)
    private static let sha256 = String(repeating: "Be", count: 32)

    private func matches(
        _ list: String, _ path: String, _ value: String, format: IndicatorConfiguration.Format = .text, subdomains: Bool = true
    ) throws -> [[String: Any]] {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        var indicators = IndicatorConfiguration(name: "list", file: try fixture.file("list", list), format: format)
        indicators.includesSubdomains = subdomains
        configuration.indicators = [indicators]
        let enricher = try fixture.enrichment(configuration).enricher()
        let batch = fixture.batch(enricher, [(path, value)])
        var document = OCSFDocument(catalog: fixture.catalog, products: Fixture.products)
        let parsed = try JSONSerialization.jsonObject(with: Data(document.bytes(of: batch[0]))) as? [String: Any] ?? [:]
        return Fixture.enrichments(parsed)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var list: String
        var path: String
        var value: String
        /// What `data.indicator` says; nil for no match.
        var indicator: String?
        var subdomains = true

        init(_ list: String, _ path: String, _ value: String, _ indicator: String?, subdomains: Bool = true) {
            self.list = list
            self.path = path
            self.value = value
            self.indicator = indicator
            self.subdomains = subdomains
        }

        var testDescription: String { "\(list) | \(path) = \(value)" }
    }

    @Test("lists of text", arguments: [
        Case("203.0.113.7", "src_endpoint.ip", "203.0.113.7", "203.0.113.7"),
        Case("203.0.113.7", "src_endpoint.ip", "::ffff:203.0.113.7", "203.0.113.7"),
        Case("203.0.113.0/24 # a network", "device.ip", "203.0.113.255", "203.0.113.0/24"),
        Case("203.0.113.0/24", "device.ip", "203.0.114.0", nil),
        Case("2001:db8::/32", "dst_endpoint.ip", "2001:db8:1::1", "2001:db8::/32"),
        Case("203.0.113[.]7", "src_endpoint.hostname", "203.0.113.7", "203.0.113.7"),
        Case("evil.example", "src_endpoint.hostname", "Evil.Example.", "evil.example"),
        Case("evil.example", "src_endpoint.hostname", "a.b.evil.example", "evil.example"),
        Case("evil.example", "src_endpoint.hostname", "a.b.evil.example", nil, subdomains: false),
        Case("evil.example", "src_endpoint.hostname", "evil.example", "evil.example", subdomains: false),
        Case("evil.example", "src_endpoint.hostname", "notevil.example", nil),
        Case("*.evil.example", "src_endpoint.domain", "x.evil.example", "evil.example"),
        Case("0.0.0.0 evil.example", "src_endpoint.hostname", "evil.example", "evil.example"),
        Case("evil.example", "http_request.url.url_string", "https://user:pw@cdn.evil.example:8443/x?y#z", "evil.example"),
        Case("evil.example", "actor.user.email_addr", "Dana@mail.evil.example", "evil.example"),
        Case("evil.example", "actor.user.name", "dana@evil.example", "evil.example"),
        Case("evil.example", "message", "evil.example", nil),
        Case("203.0.113.7", "http_request.url.url_string", "http://203.0.113.7/x", "203.0.113.7"),
        Case("2001:db8::7", "http_request.url.url_string", "http://[2001:DB8::7]:80/x", "2001:db8::7"),
        Case("hxxp://evil[.]example/a", "http_request.url.url_string", "https://EVIL.example:443/a#part", "evil.example/a"),
        Case("http://evil.example", "web_resources.url_string", "http://evil.example/", "evil.example/"),
        Case("evil.example/a", "http_request.url.url_string", "http://evil.example/b", nil),
        Case("ftp://evil.example/a", "http_request.url.url_string", "http://evil.example/a", nil),
        Case("Bad[@]Evil.example", "user.email_addr", "bad@evil.example", "bad@evil.example"),
        Case(md5, "file.uid", md5.uppercased(), md5),
        Case(sha256, "file.uid", sha256, sha256.lowercased()),
        Case("; comment\r\n\r\n# another\r\n\t203.0.113.7 ; why\r\n", "src_endpoint.ip", "203.0.113.7", "203.0.113.7"),
    ])
    func text(_ example: Case) throws {
        let found = try matches(example.list, example.path, example.value, subdomains: example.subdomains)
        #expect(found.map { Fixture.text($0, "data.indicator") } == (example.indicator.map { [$0] } ?? []))
        for entry in found {
            #expect(Fixture.text(entry, "name") == example.path)
            #expect(Fixture.text(entry, "value") == example.value)
            #expect(Fixture.text(entry, "type") == "indicator")
            #expect(Fixture.text(entry, "data.list") == "list")
        }
    }

    @Test("what is no indicator is told with its line, and the others count")
    func flaws() throws {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        let lines = ["203.0.113.7", "com", "0.0.0.0/0", "203.0.113.1/24", "not a domain!", "a@", "b@", "c@", "evil.example"]
        configuration.indicators = [
            .init(name: "list", file: try fixture.file("list", lines.joined(separator: "\n")), format: .text)
        ]
        let (enrichment, diagnostics) = fixture.load(configuration)
        #expect(enrichment?.parts.first?.count == 2)
        #expect(diagnostics.map(\.location.line) == [2, 3, 4, 5, 6, 1])
        #expect(diagnostics[0].message.contains("top-level domain"))
        #expect(diagnostics[2].message.contains("203.0.113.0/24"))
        #expect(diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test("CSV: a named column, ids, labels and confidence; comments of feeds")
    func csv() throws {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        let text = """
            # a feed
            "first seen","ioc","id","tags","score"
            "2026-01-01","evil.example","17","botnet, c2","80"
            "2026-01-01","203.0.113.7","18","",""
            """
        var list = IndicatorConfiguration(name: "feed", file: try fixture.file("feed.csv", text), format: .csv)
        list.column = "ioc"
        list.idColumn = "id"
        list.labelsColumn = "tags"
        list.confidenceColumn = "score"
        list.provider = "Example Intelligence"
        configuration.indicators = [list]
        let enricher = try fixture.enrichment(configuration).enricher()
        let document = try fixture.event(enricher, ["src_endpoint.hostname": "evil.example", "src_endpoint.ip": "203.0.113.7"])
        #expect(Fixture.text(document, "enrichments.0.data.id") == "17")
        #expect(Fixture.text(document, "enrichments.0.data.labels.0") == "botnet")
        #expect(Fixture.text(document, "enrichments.0.data.labels.1") == "c2")
        #expect(Fixture.text(document, "enrichments.0.data.confidence") == "80")
        #expect(Fixture.text(document, "enrichments.0.provider") == "Example Intelligence")
        #expect(Fixture.text(document, "enrichments.1.data.id") == "18")
        #expect(Fixture.text(document, "enrichments.1.data.confidence") == nil)
        configuration.indicators[0].column = "iocs"
        #expect(fixture.load(configuration).1.first?.message.contains("did you mean \"ioc\"?") == true)
    }

    @Test("a list is read again when it changes")
    func changed() throws {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        configuration.indicators = [.init(name: "list", file: try fixture.file("list", "evil.example"), format: .text)]
        let enrichment = try fixture.enrichment(configuration)
        let enricher = enrichment.enricher()
        let fields: KeyValuePairs = ["src_endpoint.hostname": "evil.example", "src_endpoint.ip": "203.0.113.7"]
        #expect(Fixture.enrichments(try fixture.event(enricher, fields)).count == 1)
        try fixture.file("list", "evil.example\n203.0.113.7\n")
        #expect(enrichment.refresh(retries: false).changed.count == 1)
        #expect(Fixture.enrichments(try fixture.event(enricher, fields)).count == 2)
        try FileManager.default.removeItem(atPath: fixture.folder.path("list"))
        #expect(enrichment.refresh(retries: false).diagnostics.count == 1)
        #expect(Fixture.enrichments(try fixture.event(enricher, fields)).count == 2)
    }
}
