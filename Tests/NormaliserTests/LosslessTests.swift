import EventModel
import Foundation
import LocatedYAML
import Normaliser
import Testing

/// Nothing of a record is lost, and nothing void is written.
@Suite struct LosslessTests {
    @Test(arguments: NormaliserFixture.products)
    func everyValueIsMappedOrInUnmapped(product: String) throws {
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        var document = OCSFDocument(catalog: NormaliserFixture.catalog, products: try NormaliserFixture.mappings().products)
        for record in try NormaliserFixture.documents(of: product) {
            let batch = normaliser.normalise(NormaliserFixture.batch([record]))
            var shown: [String: Int] = [:]
            for index in batch.rows.indices {
                let tree = try #require(JSONTree(document.bytes(of: batch[index])))
                #expect(tree["raw_data"]?.text == String(decoding: record, as: UTF8.self))
                for leaf in tree.leaves where leaf.path != "raw_data" { shown[leaf.text, default: 0] += 1 }
            }
            // An envelope is the shipper's; its record is what is mapped.
            let body = try #require(JSONTree(Array(batch[0].body)))
            var wanted: [String: Int] = [:]
            for leaf in body.leaves where leaf.text != "null" && leaf.text != "" { wanted[leaf.text, default: 0] += 1 }
            for (leaf, count) in wanted {
                #expect(shown[leaf, default: 0] >= count, "\(leaf) of \(String(decoding: record, as: UTF8.self))")
            }
        }
    }

    /// `unmapped` has the objects and lists of the record, without what is mapped.
    @Test(arguments: NormaliserFixture.products)
    func unmappedIsAPartOfTheRecord(product: String) throws {
        let mappings = try NormaliserFixture.mappings()
        var document = OCSFDocument(catalog: NormaliserFixture.catalog, products: mappings.products)
        for record in try NormaliserFixture.documents(of: product) {
            let batch = Normaliser(mappings: mappings).normalise(NormaliserFixture.batch([record]))
            let body = try JSONSerialization.jsonObject(with: Data(batch[0].body))
            for index in batch.rows.indices {
                let unmapped = try NormaliserFixture.parse(document.bytes(of: batch[index]))["unmapped"] ?? [String: Any]()
                let own = (unmapped as? [String: Any])?.filter { $0.key != "syslog" } ?? [:]
                #expect(Self.isPart(own, of: body), "\(own) of \(String(decoding: record, as: UTF8.self))")
            }
        }
    }

    /// Each value is mapped, in `unmapped` or dropped, and dropped only where the file says so.
    @Test(arguments: [
        ([], #"{"b":{"c":1,"d":[{"e":"x"},{"e":"y","f":2}]},"g":["h","i"]}"#),
        (["b.c"], #"{"b":{"d":[{"e":"x"},{"e":"y","f":2}]},"g":["h","i"]}"#),
        (["b.*"], #"{"g":["h","i"]}"#), (["B.D.E"], #"{"b":{"c":1,"d":[{"f":2}]},"g":["h","i"]}"#),
        (["b.d.*", "g"], #"{"b":{"c":1}}"#), (["b", "b.d", "x.*"], #"{"b":{"c":1,"d":[{"e":"x"},{"e":"y","f":2}]},"g":["h","i"]}"#),
        (["b.*", "g", "j.*"], nil),
    ] as [([String], String?)])
    func droppedFieldsAreInTheRecordAlone(drop: [String], left: String?) throws {
        let catalog = FieldCatalog()
        let list = drop.map { "\"\($0)\"" }.joined(separator: ", ")
        let file = MappingFileTests.valid + "\ndrop: [\(list)]"
        let loaded = ProductMappings.load([YAMLFile(text: file, path: "example.yml")], catalog: catalog)
        let mappings = try #require(loaded.0, "\(loaded.1)")
        let record = #"{"kind":"audit","who":"D","b":{"c":1,"d":[{"e":"x"},{"e":"y","f":2}]},"g":["h","i"],"j":{"k":{},"l":null}}"#
        let batch = Normaliser(mappings: mappings).normalise(NormaliserFixture.batch([record]))
        var document = OCSFDocument(catalog: catalog, products: mappings.products)
        let parsed = try NormaliserFixture.parse(document.bytes(of: batch[0]))
        #expect(parsed["raw_data"] as? String == record)
        var unmapped = parsed["unmapped"] as? [String: Any]
        unmapped?["kind"] = nil
        let wanted = try #require(JSONSerialization.jsonObject(with: Data((left ?? "{}").utf8)) as? NSDictionary)
        #expect(unmapped as NSDictionary? == wanted)
        for value in document.vendorValues(of: batch[0]) where value.disposition == .dropped {
            #expect(mappings.products.products[1].fields.drops(value.path))
        }
    }

    @Test(arguments: NormaliserFixture.products)
    func everyFieldOfATextIsMappedOrInUnmapped(product: String) throws {
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        var document = OCSFDocument(catalog: NormaliserFixture.catalog, products: try NormaliserFixture.mappings().products)
        for record in try NormaliserFixture.records(of: product) where !NormaliserFixture.isJSON(record) {
            let batch = normaliser.normalise(NormaliserFixture.batch([record]))
            let tree = try #require(JSONTree(document.bytes(of: batch[0])))
            #expect(tree["raw_data"]?.text == String(decoding: record, as: UTF8.self))
            let shown = Set(tree.leaves.filter { $0.path != "raw_data" }.map(\.text))
            #expect(!batch[0].vendorFields.isEmpty)
            for field in batch[0].vendorFields {
                let text = String(decoding: batch.bytes(of: field), as: UTF8.self)
                #expect(shown.contains(text), "\(text) of \(String(decoding: record, as: UTF8.self))")
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

    /// Whether a value is another one without some of its members and elements.
    private static func isPart(_ part: Any, of whole: Any) -> Bool {
        switch (part, whole) {
        case (let part as [String: Any], let whole as [String: Any]):
            return part.allSatisfy { key, value in whole[key].map { isPart(value, of: $0) } ?? false }
        case (let part as [Any], let whole as [Any]):
            var rest = whole[...]
            for value in part {
                guard let place = rest.firstIndex(where: { isPart(value, of: $0) }) else { return false }
                rest = rest[(place + 1)...]
            }
            return true
        default: return "\(part)" == "\(whole)"
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
