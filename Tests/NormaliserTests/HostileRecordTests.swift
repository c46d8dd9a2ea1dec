import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

/// Records that nobody would send in good faith give an event all the same, and a document that is JSON.
@Suite struct HostileRecordTests {
    /// Records of one product of which many variants are made.
    private static let manyRecords = 15

    private func check(_ records: [Data], _ place: String = "") throws {
        let catalog = FieldCatalog()
        let mappings = try NormaliserFixture.mappings(catalog)
        let normaliser = Normaliser(mappings: mappings)
        var document = OCSFDocument(catalog: catalog, products: mappings.products)
        let validator = EventValidator()
        let batch = normaliser.normalise(NormaliserFixture.batch(records))
        #expect(Set(batch.rows.map(\.record)).count == records.count, "a record has no event")
        for index in batch.rows.indices {
            let event = batch[index]
            let bytes = document.bytes(of: event)
            let parsed = try NormaliserFixture.parse(bytes)
            let tree = try #require(JSONTree(bytes))
            let flaws = validator.flaws(tree)
            if !flaws.isEmpty { Issue.record("\(flaws): \(place) \(String(decoding: event.raw.prefix(2_000), as: UTF8.self))") }
            if event.row.state == .quarantined { #expect(event.text(.quarantineError)?.isEmpty == false) }
            let uid = ParsedJSON.value(parsed, "class_uid") as? Int
            let activity = ParsedJSON.value(parsed, "activity_id") as? Int
            #expect(uid == Int(event.row.classUID))
            #expect(ParsedJSON.value(parsed, "type_uid") as? Int == (uid ?? 0) * 100 + (activity ?? 0))
            #expect(parsed["time"] is Int)
            #expect(ParsedJSON.value(parsed, "metadata.product.name") is String)
            if uid == 6003 {
                #expect(ParsedJSON.value(parsed, "api.operation") is String)
                #expect(parsed["actor"] is [String: Any])
                #expect(parsed["src_endpoint"] is [String: Any])
            }
            if uid == 6006 { #expect(ParsedJSON.value(parsed, "file.name") is String) }
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
        for record in try NormaliserFixture.documents(of: product) {
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

    /// All values of a sample become something of another type at once.
    @Test(arguments: NormaliserFixture.products)
    func allValuesMayHaveAnyTypeAtOnce(product: String) throws {
        let strange: [Any] = [
            NSNull(), 7, -1.5e300, true, "", "\u{0}", "x@", [Any](), [String: Any](), [["a": [1, NSNull()]]], ["k": "v"],
        ]
        var variants: [Data] = []
        for (turn, record) in try NormaliserFixture.documents(of: product).prefix(Self.manyRecords).enumerated() {
            let object = try JSONSerialization.jsonObject(with: record)
            for shift in strange.indices {
                var number = turn + shift
                // Each value another type; then all of them the same.
                let mixed = Self.replacingScalars(object) { _ in
                    number += 1
                    return strange[number % strange.count]
                }
                let same = Self.replacingScalars(object) { _ in strange[shift] }
                variants += try [mixed, same].map { try JSONSerialization.data(withJSONObject: $0) }
            }
        }
        try check(variants, "all values at once")
    }

    /// Lists stand where objects are expected, and objects and scalars where lists are.
    @Test(arguments: NormaliserFixture.products)
    func listsAndObjectsMayChangePlaces(product: String) throws {
        var variants: [Data] = []
        for record in try NormaliserFixture.documents(of: product).prefix(Self.manyRecords) {
            let object = try JSONSerialization.jsonObject(with: record)
            for change in [Self.wrapped, Self.unwrapped, Self.numbered, Self.doubled] {
                guard let whole = object as? [String: Any] else { continue }
                // The record itself stays an object, so that its product may still be told.
                let changed = whole.mapValues { change($0) }
                variants.append(try JSONSerialization.data(withJSONObject: changed))
                // One member alone, another one for each record and change.
                let keys = whole.keys.sorted()
                var one = whole
                one[keys[variants.count % keys.count]] = change(whole[keys[variants.count % keys.count]] ?? NSNull())
                variants.append(try JSONSerialization.data(withJSONObject: one))
            }
        }
        try check(variants, "lists and objects")
    }

    /// More elements than any mapping takes: the rest is not lost, and nothing grows without bounds.
    @Test func tenThousandElementsOfEveryList() throws {
        for product in NormaliserFixture.products {
            var variants: [Data] = []
            for record in try NormaliserFixture.documents(of: product) where variants.isEmpty {
                let object = try JSONSerialization.jsonObject(with: record)
                for path in Self.paths(object) where variants.isEmpty {
                    guard let list = Self.value(object, path[...]) as? [Any], let first = list.first else { continue }
                    let many = Self.replacing(object, path[...], with: [Any](repeating: first, count: 10_000))
                    variants.append(try JSONSerialization.data(withJSONObject: many))
                }
            }
            try check(variants, "\(product): 10,000 elements")
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
            guard let record = try NormaliserFixture.documents(of: product).first else { continue }
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

    private static func value(_ node: Any, _ path: ArraySlice<String>) -> Any? {
        guard let key = path.first else { return node }
        if let object = node as? [String: Any] { return object[key].flatMap { value($0, path.dropFirst()) } }
        guard let list = node as? [Any], let index = Int(key), list.indices.contains(index) else { return nil }
        return value(list[index], path.dropFirst())
    }

    private static func replacingScalars(_ node: Any, with value: (Any) -> Any) -> Any {
        switch node {
        case let object as [String: Any]:
            var made: [String: Any] = [:]
            for key in object.keys.sorted() { made[key] = replacingScalars(object[key] ?? NSNull(), with: value) }
            return made
        case let list as [Any]: return list.map { replacingScalars($0, with: value) }
        default: return value(node)
        }
    }

    /// Objects become lists of one.
    private static func wrapped(_ node: Any) -> Any {
        switch node {
        case let object as [String: Any]: [object.mapValues { wrapped($0) }]
        case let list as [Any]: list.map { wrapped($0) }
        default: node
        }
    }

    /// Lists become their first element.
    private static func unwrapped(_ node: Any) -> Any {
        switch node {
        case let object as [String: Any]: object.mapValues { unwrapped($0) }
        case let list as [Any]: list.first.map { unwrapped($0) } ?? NSNull()
        default: node
        }
    }

    /// Lists become objects with numbers for names, scalars lists of one.
    private static func numbered(_ node: Any) -> Any {
        switch node {
        case let object as [String: Any]: object.mapValues { numbered($0) }
        case let list as [Any]:
            Dictionary(list.enumerated().map { (String($0), numbered($1)) }, uniquingKeysWith: { first, _ in first })
        default: [node]
        }
    }

    /// Everything becomes a list of it and a list of it.
    private static func doubled(_ node: Any) -> Any {
        switch node {
        case let object as [String: Any]: [object.mapValues { doubled($0) }, [object]] as [Any]
        case let list as [Any]: [list, list.map { doubled($0) }]
        default: [[node], node]
        }
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
