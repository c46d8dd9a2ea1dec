import EventModel
import Foundation
import Normaliser
import TestSupport

/// The shipped mappings, and short ways to put records through them.
enum NormaliserFixture {
    static let folder = Programs.repository.appendingPathComponent("rules/mappings").path
    static let samples = Programs.repository.appendingPathComponent("sample-logs")
    /// Those that there are samples of. The scenario is of several, and the daemon's own events are made, not received.
    static let products = ((try? FileManager.default.contentsOfDirectory(atPath: samples.path)) ?? [])
        .filter { !["scenario", "perimeter"].contains($0) }.sorted()
    /// 2026-11-20T12:00:00Z
    static let receivedAt = Timestamp(seconds: 1_795_176_000)

    /// The field catalog of `mappings()`.
    static let catalog = FieldCatalog()
    private static let shared = Result { try mappings(catalog) }

    /// The shipped mappings with a catalog that all tests share.
    static func mappings() throws -> ProductMappings { try shared.get() }

    /// The shipped mappings with a catalog of the test's own.
    static func mappings(_ catalog: FieldCatalog) throws -> ProductMappings {
        let (mappings, diagnostics) = ProductMappings.load(folder: folder, catalog: catalog)
        guard let mappings else { throw Failure(text: diagnostics.map { "\($0)" }.joined(separator: "\n")) }
        return mappings
    }

    struct Failure: Error { var text: String }

    /// The raw records of all samples of a product.
    static func records(of product: String) throws -> [Data] {
        try cases(of: product).flatMap { try lines($0) }
    }

    /// Those of them that are JSON documents.
    static func documents(of product: String) throws -> [Data] { try records(of: product).filter { isJSON($0) } }

    static func isJSON(_ record: Data) -> Bool { record.first == UInt8(ascii: "{") || record.first == UInt8(ascii: "[") }

    /// The sample files of a product, without the expected results.
    static func cases(of product: String) throws -> [URL] {
        let place = samples.appendingPathComponent(product)
        return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "jsonl" && !$0.lastPathComponent.hasSuffix(".expected.jsonl") }
            .sorted { $0.path < $1.path }
    }

    static func lines(_ file: URL) throws -> [Data] {
        try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }

    static func batch(
        _ records: [Data], source: Source = Source(id: 0, name: "test"), flaws: [RecordFlaw] = []
    ) -> RecordBatch {
        let arena = Arena()
        let spans = records.enumerated().map { index, record in
            let offset = record.withUnsafeBytes { arena.append($0) }
            return RecordSpan(
                offset: UInt32(offset), length: UInt32(record.count), flaw: index < flaws.count ? flaws[index] : .none)
        }
        return RecordBatch(source: source, receivedAt: receivedAt, bytes: arena, records: spans)
    }

    static func batch(_ records: [String], source: Source = Source(id: 0, name: "test")) -> RecordBatch {
        batch(records.map { Data($0.utf8) }, source: source)
    }

    /// One record's events as parsed OCSF documents.
    static func documents(_ record: String, product: String? = nil) throws -> [[String: Any]] {
        var lines = LineNormaliser(
            mappings: try mappings(), product: product, receivedAt: receivedAt, events: .all)
        var record = record
        let documents = record.withUTF8 { lines.documents(of: UnsafeRawBufferPointer($0)) }
        return try documents.map { try parse($0) }
    }

    static func parse(_ bytes: [UInt8]) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw Failure(text: "not an object: \(String(decoding: bytes, as: UTF8.self))")
        }
        return object
    }
}
