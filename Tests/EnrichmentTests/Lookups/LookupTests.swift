import Enrichment
import EventModel
import Foundation
import Glibc
import LocatedYAML
import Testing
import TestSupport

@Suite struct LookupTests {
    typealias Fixture = EnrichmentFixture

    private func load(
        _ contents: String, key: String, match: [String], add: [LookupConfiguration.Column] = [],
        format: LookupConfiguration.Format = .csv, delimiter: Character = ","
    ) throws -> (Fixture, Enrichment?, [Diagnostic]) {
        let fixture = try Fixture()
        var lookup = LookupConfiguration(
            name: "table", file: try fixture.file("table", contents), format: format, key: key, match: match.map(Fixture.field))
        lookup.add = add
        lookup.delimiter = delimiter.asciiValue ?? 0
        var configuration = EnrichmentConfiguration()
        configuration.lookups = [lookup]
        let (loaded, diagnostics) = fixture.load(configuration)
        return (fixture, loaded, diagnostics)
    }

    @Test("rows of CSV: quotes, case, columns by other names, empty cells")
    func csv() throws {
        let text = "\u{feff}Host,Owner,\"Cost \"\"centre\"\"\",Note\r\n"
            + "WEB-1,\"Reyes, Dana\",17,\"two\r\nlines\"\r\nweb-2,,18,\r\nweb-1,late,0,\r\n\r\n\"web-3\",x\r\n"
        let (fixture, loaded, diagnostics) = try load(text, key: "Host", match: ["src_endpoint.hostname", "device.hostname"])
        #expect(diagnostics.map(\.location.line) == [7, 1])
        #expect(diagnostics.first?.message == "the record has 2 fields, the first line 4")
        let enricher = try #require(loaded).enricher()
        let one = try fixture.event(enricher, ["device.hostname": "Web-1"])
        for (path, value) in [
            "name": "device.hostname", "value": "Web-1", "type": "lookup", "provider": "table", "data.owner": "Reyes, Dana",
            "data.cost__centre_": "17", "data.note": "two\r\nlines",
        ] {
            #expect(Fixture.text(one, "enrichments.0.\(path)") == value, "\(path)")
        }
        let two = try fixture.event(enricher, ["src_endpoint.hostname": "web-2"])
        #expect(Fixture.text(two, "enrichments.0.data.owner") == nil)
        #expect(Fixture.enrichments(try fixture.event(enricher, ["src_endpoint.hostname": "web-3"])).isEmpty)
        let both = try fixture.event(enricher, ["src_endpoint.hostname": "web-2", "device.hostname": "web-1"])
        #expect(Fixture.enrichments(both).count == 2)
    }

    @Test("addresses: the smallest network that holds one")
    func networks() throws {
        let text = "net;zone\n203.0.113.0/24;outer\n203.0.113.128/25;inner\n2001:db8::/32;six\n0.0.0.0/0;world\nweb;none\n"
            + "203.0.113.1/24;x\n"
        let (fixture, loaded, diagnostics) = try load(text, key: "net", match: ["src_endpoint.ip", "device.ip"], delimiter: ";")
        #expect(diagnostics.map(\.location.line) == [6, 7])
        let enricher = try #require(loaded).enricher()
        for (address, zone) in [
            ("203.0.113.7", "outer"), ("203.0.113.200", "inner"), ("2001:db8::1", "six"), ("198.51.100.1", "world"), ("2001:db9::1", nil),
        ] {
            #expect(Fixture.text(try fixture.event(enricher, ["src_endpoint.ip": address]), "enrichments.0.data.zone") == zone)
        }
    }

    @Test("rows of JSON keep their types; nested members by their paths")
    func json() throws {
        let text = #"[{"id": "A1", "risk": 7.5, "vip": true, "org": {"unit": "Finance"}, "none": null}, {"name": "no key"}, 3]"#
        let columns: [LookupConfiguration.Column] = [
            .init(column: "risk", name: "risk"), .init(column: "vip", name: "vip"), .init(column: "org.unit", name: "unit"),
            .init(column: "none", name: "none"),
        ]
        let (fixture, loaded, diagnostics) = try load(text, key: "id", match: ["actor.user.uid"], add: columns, format: .json)
        #expect(diagnostics.count == 2)
        let document = try fixture.event(try #require(loaded).enricher(), ["actor.user.uid": "a1"])
        let data = Fixture.enrichments(document).first?["data"] as? [String: Any] ?? [:]
        #expect(data["risk"] as? Double == 7.5)
        #expect(data["vip"] as? Bool == true)
        #expect(data["unit"] as? String == "Finance")
        #expect(data.count == 3)
    }

    @Test("a table of keys alone says that a value is in it")
    func keysAlone() throws {
        let (fixture, loaded, _) = try load("user\ndana\n", key: "user", match: ["actor.user.name"])
        let document = try fixture.event(try #require(loaded).enricher(), ["actor.user.name": "Dana"])
        #expect(Fixture.text(document, "enrichments.0.data.user") == "dana")
    }

    @Test("what is wrong with a file is said with its place", arguments: [
        ("", "the file is empty"),
        ("hosts,owner\n", "has no column \"host\"; did you mean \"hosts\"?"),
        ("host,\"owner\n", "never closed"),
        ("host,\"owner\"x\n", "after a closing quote"),
        ("host," + String(repeating: "x", count: 1_100_000), "longer than 1048576 bytes"),
        ("host" + String(repeating: ",x", count: 2_000), "more than 1024 fields"),
        ("host\n\"" + String(repeating: "y\n", count: 600_000), "is a quote missing?"),
    ])
    func broken(_ contents: String, _ message: String) throws {
        let (_, loaded, diagnostics) = try load(contents, key: "host", match: ["device.hostname"])
        #expect(loaded == nil)
        #expect(diagnostics.count == 1)
        #expect(diagnostics.first?.message.contains(message) == true, "\(diagnostics)")
    }

    @Test("a file beyond the bound is not read")
    func tooLong() throws {
        let fixture = try Fixture()
        let file = try fixture.file("big.csv", "host\n")
        #expect(truncate(file.path, 1 << 30) == 0)  // Sparse: a line of a gigabyte.
        var configuration = EnrichmentConfiguration()
        configuration.lookups = [.init(name: "big", file: file, format: .csv, key: "host", match: [Fixture.field("device.hostname")])]
        configuration.indicators = [.init(name: "big2", file: file, format: .text)]
        let (loaded, diagnostics) = fixture.load(configuration)
        #expect(loaded == nil)
        #expect(diagnostics.count == 2 && diagnostics.allSatisfy { $0.message.contains("split it") })
    }

    @Test("unknown fields are errors with the nearest known one")
    func names() throws {
        let (_, loaded, diagnostics) = try load("host\n", key: "host", match: ["device.hostnam"])
        #expect(loaded == nil)
        #expect(diagnostics.first?.message == "no event has the OCSF field \"device.hostnam\"; did you mean \"device.hostname\"?")
    }

    @Test("rows as a naive reading finds them")
    func naive() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<fuzzRounds(30) {
            var rows: [(String, String)] = []
            for _ in 0..<40 {
                let key = String("abAB\",\n é".shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
                rows.append((key, "v\(rows.count)"))
            }
            let quoted = rows.map { "\"" + $0.0.replacingOccurrences(of: "\"", with: "\"\"") + "\"," + $0.1 }
            let (fixture, loaded, _) = try load("key,value\n" + quoted.joined(separator: "\n"), key: "key", match: ["actor.user.name"])
            let enricher = try #require(loaded).enricher()
            for _ in 0..<60 {
                let name = String("abAB\",\n é".shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
                // Letters of ASCII alone lose their case.
                let expected = rows.first { $0.0.lowercased() == name.lowercased() }?.1
                let document = try fixture.event(enricher, ["actor.user.name": name])
                #expect(Fixture.text(document, "enrichments.0.data.value") == expected)
            }
        }
    }
}
