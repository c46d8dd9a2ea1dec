import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

/// Records that nobody would send in good faith give an event all the same, and a document that is JSON.
@Suite struct HostileRecordTests {
    private func check(_ records: [Data], _ place: String = "") throws {
        let catalog = FieldCatalog()
        let mappings = try NormaliserFixture.mappings(catalog)
        let normaliser = Normaliser(mappings: mappings)
        var document = OCSFDocument(catalog: catalog, products: mappings.products)
        let batch = normaliser.normalise(NormaliserFixture.batch(records))
        #expect(Set(batch.rows.map(\.record)).count == records.count, "a record has no event")
        for index in batch.rows.indices {
            let event = batch[index]
            let parsed = try NormaliserFixture.parse(document.bytes(of: event))
            let uid = NormaliserFixture.value(parsed, "class_uid") as? Int
            let activity = NormaliserFixture.value(parsed, "activity_id") as? Int
            #expect(uid == Int(event.row.classUID))
            #expect(NormaliserFixture.value(parsed, "type_uid") as? Int == (uid ?? 0) * 100 + (activity ?? 0))
            #expect(parsed["time"] is Int)
            #expect(NormaliserFixture.value(parsed, "metadata.product.name") is String)
            if uid == 6003 {
                #expect(NormaliserFixture.value(parsed, "api.operation") is String)
                #expect(parsed["actor"] is [String: Any])
                #expect(parsed["src_endpoint"] is [String: Any])
            }
            if uid == 6006 { #expect(NormaliserFixture.value(parsed, "file.name") is String) }
            if uid == 3002 { #expect(parsed["user"] is [String: Any]) }
        }
    }

    /// Every value of every sample, one at a time, becomes something of another type.
    @Test(arguments: NormaliserFixture.products)
    func anyValueMayHaveAnyType(product: String) throws {
        let strange: [Any] = [
            NSNull(), 7, -1.5e300, true, "", "\u{0}", "x@", [Any](), [String: Any](), [["a": [1, NSNull()]]], ["k": "v"],
        ]
        var variants: [Data] = []
        var turn = 0
        for record in try NormaliserFixture.records(of: product) {
            let object = try JSONSerialization.jsonObject(with: record)
            for path in Self.paths(object) {
                let changed = Self.replacing(object, path[...], with: strange[turn % strange.count])
                turn += 1
                variants.append(try JSONSerialization.data(withJSONObject: changed, options: [.fragmentsAllowed]))
            }
        }
        for start in stride(from: 0, to: variants.count, by: 1_000) {
            try check(Array(variants[start..<min(start + 1_000, variants.count)]))
        }
    }

    @Test func tenThousandTargetsStayWithinBounds() throws {
        let target = #"{"id":"u","type":"User","alternateId":"a@example.com","displayName":"A"}"#
        let record = #"{"eventType":"user.account.privilege.grant","published":"2026-11-20T08:00:00Z","uuid":"u1","#
            + #""actor":{"id":"a"},"displayMessage":"m","target":["#
            + Array(repeating: target, count: 3_000).joined(separator: ",") + "]}"
        try check([Data(record.utf8)])
        let empty = Array(repeating: "{}", count: 10_000).joined(separator: ",")
        let many = record.replacingOccurrences(of: "]}", with: ",\(empty)]}")
        try check([Data(many.utf8)])
        let catalog = FieldCatalog()
        let batch = Normaliser(mappings: try NormaliserFixture.mappings(catalog)).normalise(NormaliserFixture.batch([record]))
        #expect(batch[0].ocsfFields.count < 2_000)
        #expect(batch[0].row.classUID == 3005)
    }

    @Test func randomBytesNeverStopIt() throws {
        var generator = SeededGenerator(seed: 20_261_120)
        let pieces: [[UInt8]] = [
            "{", "}", "[", "]", "\"", ":", ",", "\\", "<13>", "<999>", "1 ", "null", "1e9", " ", "\n", "@cee:",
        ].map { Array($0.utf8) }
        var records: [Data] = []
        for _ in 0..<2_000 {
            var record: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                if Bool.random(using: &generator) {
                    record += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                } else {
                    record.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            records.append(Data(record))
        }
        try check(records)
    }

    @Test func samplesCutAnywhereAreKept() throws {
        for product in NormaliserFixture.products {
            guard let record = try NormaliserFixture.records(of: product).first else { continue }
            let cuts = stride(from: 1, to: record.count, by: 7).map { record.prefix($0) }
            let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
            let batch = normaliser.normalise(NormaliserFixture.batch(cuts.map { Data($0) }))
            #expect(batch.rows.count == cuts.count)
            #expect(batch.rows.allSatisfy { $0.state == .quarantined })
        }
    }

    /// The places of all values, containers included.
    private static func paths(_ node: Any) -> [[String]] {
        var found: [[String]] = []
        switch node {
        case let object as [String: Any]:
            for key in object.keys.sorted() {
                found.append([key])
                found += paths(object[key] ?? NSNull()).map { [key] + $0 }
            }
        case let list as [Any]:
            for (index, value) in list.enumerated() {
                found.append([String(index)])
                found += paths(value).map { [String(index)] + $0 }
            }
        default: break
        }
        return found
    }

    private static func replacing(_ node: Any, _ path: ArraySlice<String>, with value: Any) -> Any {
        guard let key = path.first else { return value }
        if var object = node as? [String: Any] {
            object[key] = replacing(object[key] ?? NSNull(), path.dropFirst(), with: value)
            return object
        }
        if var list = node as? [Any], let index = Int(key) {
            list[index] = replacing(list[index], path.dropFirst(), with: value)
            return list
        }
        return node
    }
}
