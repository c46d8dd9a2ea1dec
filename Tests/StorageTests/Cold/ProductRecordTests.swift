import EventModel
import Foundation
import Normaliser
import Storage
import TestSupport
import Testing

/// The shipped samples of every product, through the very normaliser, into cold blocks and back.
@Suite("Cold blocks of every product")
struct ProductRecordTests {
    private static let samples = Programs.repository.appendingPathComponent("sample-logs")
    static let products = ((try? FileManager.default.contentsOfDirectory(atPath: samples.path)) ?? []).sorted()

    private static func lines(_ product: String) throws -> [Data] {
        let folder = samples.appendingPathComponent(product)
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "jsonl" && !$0.lastPathComponent.hasSuffix(".expected.jsonl") }
            .sorted { $0.path < $1.path }
            .flatMap { try Data(contentsOf: $0).split(separator: UInt8(ascii: "\n")) }
    }

    private static func batches(_ records: [Data], _ normaliser: Normaliser, source: Source) -> [StoredBatch] {
        var next: Int64 = 1
        return [records, records.reversed()].map { records in
            let bytes = Arena()
            let spans = records.map { record in
                let offset = record.withUnsafeBytes { bytes.append($0) }
                return RecordSpan(offset: UInt32(offset), length: UInt32(record.count))
            }
            let batch = normaliser.normalise(
                RecordBatch(source: source, receivedAt: Timestamp(seconds: AuditEvents.start), bytes: bytes, records: spans))
            defer { next += Int64(batch.rows.count) }
            return StoredBatch(batch: batch, sequences: batch.rows.indices.map { next + Int64($0) })
        }
    }

    @Test(arguments: products)
    func roundTrip(_ product: String) throws {
        let catalog = FieldCatalog()
        let (loaded, diagnostics) = ProductMappings.load(
            folder: Programs.repository.appendingPathComponent("rules/mappings").path, catalog: catalog)
        let mappings = try #require(loaded, "\(diagnostics)")
        let source = Source(id: 0, name: "test", product: product)
        let records = try Self.lines(product)
        try #require(!records.isEmpty)
        let given = Self.batches(records, Normaliser(mappings: mappings), source: source)
        let codec = ColdBlockCodec(catalog: catalog, products: mappings.products, sources: [source])
        let found = try codec.open(codec.seal(given))
        #expect(firstDifference(found.flatMap(\.batch.keyless), given.flatMap(\.batch.keyless)) == nil)
        #expect(found.flatMap(\.sequences) == given.flatMap(\.sequences))
    }

    /// The same through a store: hot blocks, compaction, replay.
    @Test func hotAndColdAreEqual() async throws {
        let folder = try TemporaryFolder()
        let catalog = FieldCatalog()
        let (loaded, _) = ProductMappings.load(
            folder: Programs.repository.appendingPathComponent("rules/mappings").path, catalog: catalog)
        let mappings = try #require(loaded)
        let store = try EventStore(directory: folder.path("data"), catalog: catalog, products: mappings.products)
        let normaliser = Normaliser(mappings: mappings)
        for product in Self.products {
            let source = Source(id: 0, name: product, product: product)
            let batches = Self.batches(try Self.lines(product), normaliser, source: source).map(\.batch)
            try await store.writer.commit(EventCommit(batches: batches))
        }
        let hot = Collector<String>()
        _ = try await store.reader().replay(after: 0, through: .max) { $0.batch.keyless.forEach(hot.add) }
        let compactor = try Compactor(writer: store.writer, catalog: catalog, products: mappings.products)
        while try await compactor.step(through: .max, isEager: true) != nil {}
        #expect(try await store.reader().summary().coldEvents == hot.all.count)
        let cold = Collector<String>()
        _ = try await store.reader().replay(after: 0, through: .max) { stored in
            for index in stored.sequences.indices where stored.sequences[index] != 0 { cold.add(stored.batch[index].keyless) }
        }
        #expect(firstDifference(cold.all, hot.all) == nil)
    }
}
