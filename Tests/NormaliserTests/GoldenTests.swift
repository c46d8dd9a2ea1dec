import EventModel
import Foundation
import Normaliser
import Testing

/// `sample-logs/<product>/<case>.jsonl` against `<case>.expected.jsonl`, byte for byte.
@Suite struct GoldenTests {
    static let cases = NormaliserFixture.products.flatMap { product in
        ((try? NormaliserFixture.cases(of: product)) ?? []).map { Case(product: product, file: $0) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var product: String
        var file: URL
        var testDescription: String { "\(product)/\(file.lastPathComponent)" }
    }

    @Test func thereAreSamplesOfEveryProduct() {
        for product in NormaliserFixture.products { #expect(Self.cases.count { $0.product == product } >= 2) }
    }

    @Test(arguments: cases)
    func sampleGivesWhatIsExpected(sample: Case) throws {
        var lines = LineNormaliser(
            mappings: try NormaliserFixture.mappings(), sourceName: "sample-logs", receivedAt: NormaliserFixture.receivedAt,
            events: .all)
        let documents = try NormaliserFixture.lines(sample.file).flatMap { record in
            record.withUnsafeBytes { lines.documents(of: $0) }
        }
        let expected = sample.file.deletingPathExtension().appendingPathExtension("expected.jsonl")
        let wanted = try NormaliserFixture.lines(expected).map { String(decoding: $0, as: UTF8.self) }
        #expect(documents.map { String(decoding: $0, as: UTF8.self) } == wanted)
    }

    @Test(arguments: cases)
    func normalisingTwiceGivesTheSameBytes(sample: Case) throws {
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        var document = OCSFDocument(catalog: NormaliserFixture.catalog, products: try NormaliserFixture.mappings().products)
        let records = try NormaliserFixture.lines(sample.file)
        let first = normaliser.normalise(NormaliserFixture.batch(records))
        let second = normaliser.normalise(NormaliserFixture.batch(records))
        #expect(first.rows.map(\.key) == second.rows.map(\.key))
        for index in first.rows.indices { #expect(document.bytes(of: first[index]) == document.bytes(of: second[index])) }
    }
}
