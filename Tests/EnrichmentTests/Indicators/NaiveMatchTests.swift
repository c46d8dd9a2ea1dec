import Enrichment
import EventModel
import Foundation
import Testing
import TestSupport

/// Random lists and events: what is found is what one finds who compares each value with each indicator.
@Suite struct NaiveMatchTests {
    typealias Fixture = EnrichmentFixture

    private struct Pool {
        var random: SeededGenerator

        mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: 0..<items.count, using: &random)] }

        mutating func address() -> String {
            Bool.random(using: &random)
                ? "203.0.\(pick([112, 113])).\(Int.random(in: 0...15, using: &random))"
                : "2001:db8:\(pick(["0", "1", "f"]))::\(String(Int.random(in: 0...15, using: &random), radix: 16))"
        }

        mutating func network() -> String {
            let address = IPAddress(address()) ?? IPAddress(v4: 0)
            return IPNetwork(address, prefixLength: address.isV4 ? Int.random(in: 20...32, using: &random) : pick([32, 48, 64, 124, 128]))
                .description
        }

        mutating func domain() -> String {
            (0..<Int.random(in: 0...2, using: &random)).map { _ in pick(["a", "b", "A"]) + "." }.joined() + pick(["x", "y"]) + ".example"
        }

        mutating func hash() -> String {
            String(repeating: pick(["0a", "0b"]), count: pick([16, 20, 32]))
        }

        mutating func email() -> String { pick(["u", "V"]) + "@" + domain() }

        mutating func indicator() -> String {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: address()
            case 1: network()
            case 2: domain()
            case 3: hash()
            default: email()
            }
        }
    }

    /// One value against one indicator, by the words of the documentation.
    private static func holds(_ indicator: String, _ path: String, _ value: String) -> Bool {
        let (indicator, value) = (indicator.lowercased(), value.lowercased())
        if let network = IPNetwork(indicator) { return IPAddress(value).map(network.contains) ?? false }
        if indicator.contains("@") { return indicator == value }
        if !indicator.contains(".") { return path == "file.uid" && indicator == value }
        let host = value.split(separator: "@").last.map(String.init) ?? ""
        return path != "src_endpoint.ip" && (host == indicator || host.hasSuffix("." + indicator))
            && (path == "src_endpoint.hostname" || value.contains("@"))
    }

    @Test("as a naive comparison finds")
    func naive() throws {
        for seed in 0..<UInt64(fuzzRounds(20)) {
            var pool = Pool(random: SeededGenerator(seed: seed))
            let lists = (0..<3).map { _ in Set((0..<20).map { _ in pool.indicator().lowercased() }) }
            let fixture = try Fixture()
            var configuration = EnrichmentConfiguration()
            for (number, list) in lists.enumerated() {
                let file = try fixture.file("\(number)", list.sorted().joined(separator: "\n"))
                configuration.indicators.append(.init(name: "\(number)", file: file, format: .text))
            }
            let enricher = try fixture.enrichment(configuration).enricher()
            for _ in 0..<30 {
                let fields = [
                    ("src_endpoint.ip", pool.address()), ("src_endpoint.hostname", pool.domain()), ("file.uid", pool.hash()),
                    ("actor.user.email_addr", pool.email()),
                ]
                var expected: Set<String> = []
                for (number, list) in lists.enumerated() {
                    for (path, value) in fields {
                        for indicator in list where Self.holds(indicator, path, value) {
                            let isOne = IPNetwork(indicator).map { $0.prefixLength == ($0.address.isV4 ? 32 : 128) } ?? false
                            let shown = isOne ? IPNetwork(indicator)?.address.description ?? "" : indicator
                            expected.insert("\(number) \(path) \(shown)")
                        }
                    }
                }
                let batch = fixture.batch(enricher, fields)
                var document = OCSFDocument(catalog: fixture.catalog, products: Fixture.products)
                let parsed = try JSONSerialization.jsonObject(with: Data(document.bytes(of: batch[0]))) as? [String: Any] ?? [:]
                let found = Fixture.enrichments(parsed).map { entry in
                    ["data.list", "name", "data.indicator"].map { Fixture.text(entry, $0) ?? "" }.joined(separator: " ")
                }
                #expect(Set(found) == expected, "seed \(seed): \(fields)")
            }
        }
    }
}
