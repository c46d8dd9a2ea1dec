import Enrichment
import EventModel
import Foundation
import LocatedYAML
import Normaliser
import TestSupport

/// Enrichment of files that a test writes, and short ways to put events through it.
struct EnrichmentFixture {
    let catalog = FieldCatalog()
    let folder: TemporaryFolder
    static let databases = Programs.repository.appendingPathComponent("Tests/Fixtures/mmdb")
    static let products = ProductCatalog([
        Product(name: "okta", logSources: []), Product(name: "microsoft365", logSources: []),
    ])

    init() throws { folder = try TemporaryFolder() }

    struct Failure: Error, CustomStringConvertible { var description: String }

    static func location(_ line: Int = 1) -> SourceLocation { SourceLocation(file: "perimeter.yml", line: line, column: 1) }

    static func field(_ path: String) -> FieldName { FieldName(path: path, location: location()) }

    @discardableResult
    func file(_ name: String, _ contents: String) throws -> EnrichmentConfiguration.File {
        try file(name, Data(contents.utf8))
    }

    @discardableResult
    func file(_ name: String, _ contents: Data) throws -> EnrichmentConfiguration.File {
        .init(path: try folder.file(name, contents).path, location: Self.location())
    }

    /// Fixtures of databases, by name.
    static func databases(_ names: [String]) -> EnrichmentConfiguration {
        var configuration = EnrichmentConfiguration()
        configuration.databases = names.map { .init(path: databases.appendingPathComponent($0 + ".mmdb").path, location: location()) }
        return configuration
    }

    func load(_ configuration: EnrichmentConfiguration) -> (Enrichment?, [Diagnostic]) {
        Enrichment.load(
            configuration, catalog: catalog, products: Self.products, productNumber: { Self.products.index(named: $0) })
    }

    func enrichment(_ configuration: EnrichmentConfiguration) throws -> Enrichment {
        let (loaded, diagnostics) = load(configuration)
        guard let loaded else { throw Failure(description: diagnostics.map(\.description).joined(separator: "\n")) }
        return loaded
    }

    /// An event of these fields, enriched, as an OCSF document.
    func event(
        _ enricher: any EventEnricher, _ fields: KeyValuePairs<String, String>, vendor: KeyValuePairs<String, String> = [:],
        product: String? = nil, at time: Timestamp = Timestamp(seconds: 1_795_176_000)
    ) throws -> [String: Any] {
        let batch = self.batch(enricher, Array(fields).map { ($0.key, $0.value) }, Array(vendor).map { ($0.key, $0.value) }, product, time)
        var document = OCSFDocument(catalog: catalog, products: Self.products)
        let parsed = try JSONSerialization.jsonObject(with: Data(document.bytes(of: batch[0])))
        guard let object = parsed as? [String: Any] else { throw Failure(description: "no object") }
        return object
    }

    func batch(
        _ enricher: any EventEnricher, _ fields: [(String, String)], _ vendor: [(String, String)] = [], _ product: String? = nil,
        _ time: Timestamp = Timestamp(seconds: 1_795_176_000), elements: [[(String, String)]] = [], of list: FieldID = .overflow
    ) -> EventBatch {
        let arena = Arena()
        arena.append("{}")
        let span = RecordSpan(offset: 0, length: 2)
        let records = RecordBatch(source: Source(id: 0, name: "test"), receivedAt: time, bytes: arena, records: [span])
        let builder = EventBuilder(records)
        var row = EventRow(record: 0, raw: span, receivedAt: time)
        row.product = product.flatMap { Self.products.index(named: $0) } ?? ProductCatalog.unknown
        for (path, value) in vendor { builder.append(catalog.intern(path), derived: value) }
        for element in elements {
            builder.append(Field(id: list, offset: 0, length: 0, kind: .element))
            for (path, value) in element { builder.append(catalog.intern(path), derived: value) }
        }
        row.vendorEnd = UInt32(builder.fieldCount)
        row.ocsfStart = row.vendorEnd
        for (path, value) in fields { builder.append(catalog.intern(path), derived: value) }
        row.ocsfEnd = UInt32(builder.fieldCount)
        enricher.begin(builder)
        enricher.enrich(builder, &row)
        builder.append(row)
        return builder.finish()
    }

    /// The value at a dotted path of a document, lists by number, as text; nil if there is none.
    static func text(_ document: [String: Any], _ path: String) -> String? {
        ParsedJSON.value(document, path).map { "\($0)" }
    }

    static func enrichments(_ document: [String: Any]) -> [[String: Any]] { document["enrichments"] as? [[String: Any]] ?? [] }
}
