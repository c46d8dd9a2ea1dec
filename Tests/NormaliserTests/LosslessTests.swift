import EventModel
import Foundation
import Normaliser
import Testing

/// Nothing of a record is lost, and nothing void is written.
@Suite struct LosslessTests {
    @Test(arguments: NormaliserFixture.products)
    func everyValueIsMappedOrInUnmapped(product: String) throws {
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        var document = OCSFDocument(catalog: NormaliserFixture.catalog, products: try NormaliserFixture.mappings().products)
        for record in try NormaliserFixture.records(of: product) {
            let batch = normaliser.normalise(NormaliserFixture.batch([record]))
            var shown: [String: Int] = [:]
            for index in batch.rows.indices {
                var parsed = try NormaliserFixture.parse(document.bytes(of: batch[index]))
                #expect(parsed["raw_data"] as? String == String(decoding: record, as: UTF8.self))
                parsed["raw_data"] = nil
                Self.count(parsed, into: &shown)
            }
            // An envelope is the shipper's; its record is what is mapped.
            let body = try JSONSerialization.jsonObject(with: Data(batch[0].body))
            var wanted: [String: Int] = [:]
            Self.count(body, into: &wanted)
            for leaf in wanted.keys {
                #expect(shown[leaf, default: 0] >= 1, "\(leaf) of \(String(decoding: record, as: UTF8.self))")
            }
        }
    }

    @Test(arguments: NormaliserFixture.products)
    func noNullsAndNoEmptyContainers(product: String) throws {
        var lines = LineNormaliser(
            mappings: try NormaliserFixture.mappings(), receivedAt: NormaliserFixture.receivedAt, events: .all)
        for record in try NormaliserFixture.records(of: product) {
            for document in record.withUnsafeBytes({ lines.documents(of: $0) }) {
                #expect(!Self.hasVoid(try NormaliserFixture.parse(document)))
            }
        }
    }

    /// Counts the scalars by their text: strings and numbers may change type on their way, their text does not.
    private static func count(_ node: Any, into leaves: inout [String: Int]) {
        switch node {
        case let object as [String: Any]: for value in object.values { count(value, into: &leaves) }
        case let list as [Any]: for value in list { count(value, into: &leaves) }
        case is NSNull: break
        default: if "\(node)" != "" { leaves["\(node)", default: 0] += 1 }
        }
    }

    private static func hasVoid(_ node: Any) -> Bool {
        switch node {
        case let object as [String: Any]: object.isEmpty || object.values.contains { hasVoid($0) }
        case let list as [Any]: list.isEmpty || list.contains { hasVoid($0) }
        default: node is NSNull
        }
    }
}
