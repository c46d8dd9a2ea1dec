import Enrichment
import EventModel
import LocatedYAML
import Pipeline
import Testing

struct EnrichmentConfigurationTests {
    private func read(_ text: String) -> (Configuration?, [Diagnostic]) {
        ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: "/etc/perimeter")
    }

    @Test func `nothing configured is nothing`() throws {
        #expect(try #require(read("data: x").0).enrichment.isEmpty)
        let empty = try #require(read("enrichment: {}").0).enrichment
        #expect(empty.isEmpty && !empty.hasFiles)
        #expect(empty.checkInterval == 60_000_000)
    }

    @Test func `everything is read`() throws {
        let (read, diagnostics) = read("""
            enrichment:
              check_interval: 5m
              geoip: {databases: [City.mmdb, /var/asn.mmdb]}
              lookups:
                - {name: assets, file: assets.csv, key: Host, match: [device.hostname, src_endpoint.hostname],
                   add: [Owner, {Cost Centre: cost}]}
                - {name: nets, file: nets.tsv, key: net, match: src_endpoint.ip}
                - {name: people, file: people, format: json, key: id, match: identity, add: {org.unit: unit}}
              indicators:
                - {name: plain, file: lists/plain}
                - {name: feed, file: feed.csv, column: ioc, id_column: id, labels_column: tags, confidence_column: score, delimiter: ";",
                   type: domain, subdomains: false, provider: Someone}
                - {name: intel, file: bundle.json}
              classification:
                labels:
                  - {name: m, product: microsoft365, field: SensitivityLabelId, values: {a: public, b: restricted}}
                  - {name: d, field: "events.parameters[name=label].value", values: {x: internal}}
                patterns:
                  - {name: p, fields: [file.path, file.name], match: ["*/Finance/*", "x?"], level: confidential}
            """)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        let enrichment = try #require(read).enrichment
        #expect(enrichment.databases.map(\.path) == ["/etc/perimeter/City.mmdb", "/var/asn.mmdb"])
        #expect(enrichment.databases.map(\.location.line) == [3, 3])
        #expect(enrichment.checkInterval == 300_000_000)
        #expect(enrichment.lookups.map(\.format) == [.csv, .csv, .json])
        #expect(enrichment.lookups.map(\.delimiter) == [0x2c, 0x09, 0x2c])
        #expect(enrichment.lookups[0].add == [.init(column: "Owner", name: "owner"), .init(column: "Cost Centre", name: "cost")])
        #expect(enrichment.lookups[0].match.map(\.path) == ["device.hostname", "src_endpoint.hostname"])
        #expect(enrichment.lookups[2].add == [.init(column: "org.unit", name: "unit")])
        #expect(enrichment.indicators.map(\.format) == [.text, .csv, .stix])
        #expect(enrichment.indicators[1].column == "ioc" && enrichment.indicators[1].confidenceColumn == "score")
        #expect(enrichment.indicators[1].type == .domain && !enrichment.indicators[1].includesSubdomains)
        #expect(enrichment.indicators.map(\.provider) == [nil, "Someone", nil])
        #expect(enrichment.labels[0].values == ["a": .public, "b": .restricted])
        #expect(enrichment.labels.map { $0.product?.path } == ["microsoft365", nil])
        #expect(enrichment.patterns[0].globs == ["*/Finance/*", "x?"])
        #expect(enrichment.patterns[0].level == .confidential)
    }

    @Test(arguments: [
        ("geoip: {}", 2, "required key \"databases\" is missing"),
        ("geoip: {databases: [{a: 1}]}", 2, "must be the path of a file"),
        ("check_interval: 10ms", 2, "at least 1s"),
        ("lookups: [{name: a, file: x.txt, key: k, match: identity}]", 2, "does not tell its format"),
        ("lookups: [{name: a, file: x.csv, key: k}]", 2, "required key \"match\" is missing"),
        ("lookups: [{name: a, file: x.csv, key: k, match: identity, add: [{K: Bad-Name}]}]", 2, "small letters"),
        ("lookups: [{name: a, file: x.csv, key: k, match: identity, add: [K, k]}]", 2, "added twice"),
        ("lookups: [{name: a, file: x.csv, key: k, match: identity, delimiter: ab}]", 2, "one character"),
        ("indicators: [{name: a, file: x}, {name: a, file: y}]", 2, "is taken"),
        ("indicators: [{name: a, file: x, column: ioc}]", 2, "is for lists in CSV"),
        ("indicators: [{name: a, file: x.csv, id_column: id}]", 2, "say in \"column\""),
        ("indicators: [{name: a, file: x.json, type: ip}]", 2, "STIX patterns say it"),
        ("indicators: [{name: a, file: x, fromat: csv}]", 2, "did you mean \"format\"?"),
        ("classification: {labels: [{name: a, field: x, values: {k: secret}}]}", 2,
         "must be one of public, internal, confidential, restricted"),
        ("classification: {labels: [{name: a, field: \"x[y]\", values: {k: public}}]}", 2, "is no path of a field"),
        ("classification: {patterns: [{name: a, fields: x, match: [], level: public}]}", 2, "required key \"match\" is missing"),
    ])
    func `what is wrong is told with its place`(_ text: String, _ line: Int, _ message: String) {
        let (configuration, diagnostics) = read("enrichment:\n  " + text)
        #expect(configuration == nil)
        #expect(diagnostics.contains { $0.location.line == line && $0.message.contains(message) }, "\(diagnostics)")
    }
}
