import Enrichment
import EventModel
import Foundation
import LocatedYAML
import Testing
import TestSupport

@Suite struct GeoIPTests {
    typealias Fixture = EnrichmentFixture

    struct Case: Sendable, CustomTestStringConvertible {
        var databases: [String]
        var address: String
        /// Below `src_endpoint`.
        var expected: [String: String]
        var testDescription: String { "\(databases) \(address)" }
    }

    @Test("each vendor's shape", arguments: [
        Case(databases: ["city", "asn"], address: "203.0.113.7", expected: [
            "location.city": "Musterstadt", "location.country": "CH", "location.region": "CH-VD", "location.postal_code": "1000",
            "location.continent": "Europe", "location.lat": "46.52", "location.long": "6.63", "location.provider": "GeoLite2-City",
            "autonomous_system.number": "64500", "autonomous_system.name": "Example Transit AG",
        ]),
        Case(databases: ["city", "asn"], address: "2001:db8::9", expected: [
            "location.city": "Exempelstad", "location.region": "SE-C", "autonomous_system.name": "Exempelnät AB",
        ]),
        Case(databases: ["city"], address: "::ffff:203.0.113.7", expected: ["location.country": "CH"]),
        Case(databases: ["flat"], address: "192.0.2.1", expected: [
            "location.city": "Flatville", "location.country": "IE", "location.region": "Flat County", "location.lat": "53.34",
            "location.long": "-6.27", "location.postal_code": "D01", "autonomous_system.number": "64502",
            "autonomous_system.name": "Flat Networks Ltd",
        ]),
        Case(databases: ["dbip"], address: "198.51.100.1", expected: [
            "location.city": "Beispielort", "location.region": "Beispielland", "location.country": "AT",
        ]),
        // The first that knows a place counts, whole.
        Case(databases: ["city", "dbip"], address: "198.51.100.1", expected: ["location.country": "NO"]),
        Case(databases: ["city", "dbip"], address: "198.51.100.200", expected: ["location.country": "AT"]),
        // No place, or no public address: nothing.
        Case(databases: ["city"], address: "198.51.100.200", expected: [:]),
        Case(databases: ["city", "asn", "flat"], address: "8.8.8.8", expected: [:]),
        Case(databases: ["city"], address: "10.1.2.3", expected: [:]),
        Case(databases: ["city"], address: "fe80::1", expected: [:]),
        Case(databases: ["city"], address: "no address", expected: [:]),
    ])
    func shapes(_ example: Case) throws {
        let fixture = try Fixture()
        let enricher = try fixture.enrichment(Fixture.databases(example.databases)).enricher()
        let document = try fixture.event(enricher, ["src_endpoint.ip": example.address])
        let source = document["src_endpoint"] as? [String: Any] ?? [:]
        for (path, value) in example.expected { #expect(Fixture.text(source, path) == value, "\(path)") }
        if example.expected.isEmpty { #expect(source.count == 1) }
    }

    @Test("the product's own words stand")
    func productFirst() throws {
        let fixture = try Fixture()
        let enricher = try fixture.enrichment(Fixture.databases(["city", "asn"])).enricher()
        let own = try fixture.event(
            enricher, [
                "src_endpoint.ip": "203.0.113.7", "src_endpoint.location.city": "Elsewhere",
                "src_endpoint.autonomous_system.name": "Own",
            ])
        #expect(Fixture.text(own, "src_endpoint.location.city") == "Elsewhere")
        #expect(Fixture.text(own, "src_endpoint.location.country") == nil)
        #expect(Fixture.text(own, "src_endpoint.autonomous_system.number") == nil)
        // The country alone, and the same: the rest is added; another country: nothing.
        let same = try fixture.event(enricher, ["src_endpoint.ip": "203.0.113.7", "src_endpoint.location.country": "ch"])
        #expect(Fixture.text(same, "src_endpoint.location.country") == "ch")
        #expect(Fixture.text(same, "src_endpoint.location.city") == "Musterstadt")
        let other = try fixture.event(enricher, ["src_endpoint.ip": "203.0.113.7", "src_endpoint.location.country": "DE"])
        #expect(Fixture.text(other, "src_endpoint.location.city") == nil)
        #expect(Fixture.text(other, "src_endpoint.autonomous_system.number") == "64500")
    }

    @Test("destinations and devices")
    func endpoints() throws {
        let fixture = try Fixture()
        let enricher = try fixture.enrichment(Fixture.databases(["city", "asn"])).enricher()
        let document = try fixture.event(enricher, ["dst_endpoint.ip": "203.0.113.7", "device.ip": "2001:db8::1"])
        #expect(Fixture.text(document, "dst_endpoint.location.city") == "Musterstadt")
        #expect(Fixture.text(document, "dst_endpoint.autonomous_system.number") == "64500")
        #expect(Fixture.text(document, "device.location.city") == "Exempelstad")
        #expect(Fixture.text(document, "device.autonomous_system.number") == nil)
    }

    @Test("a database that is replaced is taken over; a broken one is told and the old one stays")
    func replaced() throws {
        let fixture = try Fixture()
        let city = try Data(contentsOf: Fixture.databases.appendingPathComponent("city.mmdb"))
        let other = try Data(contentsOf: Fixture.databases.appendingPathComponent("dbip.mmdb"))
        var configuration = EnrichmentConfiguration()
        configuration.databases = [try fixture.file("geo.mmdb", city)]
        let enrichment = try fixture.enrichment(configuration)
        let enricher = enrichment.enricher()
        func town(_ address: String) throws -> String? {
            Fixture.text(try fixture.event(enricher, ["src_endpoint.ip": address]), "src_endpoint.location.city")
        }
        #expect(try town("203.0.113.7") == "Musterstadt")
        #expect(enrichment.refresh(retries: true).changed.isEmpty)

        try fixture.file("geo.mmdb", Data(city.prefix(city.count / 2)))
        let broken = enrichment.refresh(retries: false)
        #expect(broken.changed.isEmpty)
        #expect(broken.diagnostics.first?.message.contains("no whole MaxMind database") == true)
        #expect(broken.diagnostics.first?.location == Fixture.location())
        // Told once, unless somebody asks; looked up as before.
        #expect(enrichment.refresh(retries: false).diagnostics.isEmpty)
        #expect(enrichment.refresh(retries: true).diagnostics.count == 1)
        #expect(try town("203.0.113.9") == "Musterstadt")

        try fixture.file("geo.mmdb", other)
        #expect(enrichment.refresh(retries: false).changed.count == 1)
        #expect(try town("198.51.100.1") == "Beispielort")
        #expect(try town("203.0.113.7") == nil)
    }

    @Test("what is no database is an error with its place", arguments: ["", "no database", String(repeating: "\0", count: 4_096)])
    func broken(_ contents: String) throws {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        configuration.databases = [try fixture.file("geo.mmdb", contents)]
        let (loaded, diagnostics) = fixture.load(configuration)
        #expect(loaded == nil)
        #expect(diagnostics.count == 1 && diagnostics.first?.severity == .error)
        configuration.databases = [.init(path: fixture.folder.path("missing"), location: Fixture.location(7))]
        #expect(fixture.load(configuration).1.first?.location.line == 7)
    }

    @Test("databases cut off or overwritten anywhere do no harm")
    func hostile() throws {
        var random = SeededGenerator(seed: 11)
        let original = try Data(contentsOf: Fixture.databases.appendingPathComponent("city.mmdb"))
        let fixture = try Fixture()
        for _ in 0..<fuzzRounds(300) {
            var bytes = original
            if Bool.random(using: &random) { bytes = bytes.prefix(Int.random(in: 0...bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var configuration = EnrichmentConfiguration()
            configuration.databases = [try fixture.file("geo.mmdb", bytes)]
            guard let enricher = fixture.load(configuration).0?.enricher() else { continue }
            for address in ["203.0.113.7", "198.51.100.1", "2001:db8::1", "2a00::1"] {
                _ = try fixture.event(enricher, ["src_endpoint.ip": address])
            }
        }
    }
}
