import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

struct JSONRedactorTests {
    private static let disguise = Disguise(secret: Secret("a secret of the tests"))

    private static func redacted(_ json: String, _ rules: [String: PrivacyRules.Treatment]) -> String? {
        let rules = PrivacyRules(rules.map { .init(path: $0.key, treatment: $0.value) })
        return Array(json.utf8).withUnsafeBytes { JSONRedactor.redacted($0, rules, disguise) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        // What is named goes, every other byte stays.
        (#"{"a":1, "b" : "x" ,"c":[ ]}"#, "b", #"{"a":1,"c":[ ]}"#),
        (#"{"a":"x","b":2}"#, "a", #"{"b":2}"#),
        (#"{"a":1,"b":"x"}"#, "b", #"{"a":1}"#),
        (#"{ "a" : "x" }"#, "a", #"{ }"#),
        (#"{"a":1,"b":2,"c":3}"#, "*.b", #"{"a":1,"c":3}"#),
        // With all that is below it, in objects and lists.
        (#"{"a":{"b":{"c":1}},"d":[{"a":1,"b":2},{"b":3}]}"#, "d.b", #"{"a":{"b":{"c":1}},"d":[{"a":1},{}]}"#),
        (#"{"a":{"b":{"c":1}},"d":2}"#, "a.b", #"{"a":{},"d":2}"#),
        (#"{"a":{"b":{"c":1}},"d":2}"#, "a.*", #"{"d":2}"#),
        (#"{"x":{"email":"e"},"y":[{"z":{"Email":"e"}}]}"#, "*.email", #"{"x":{},"y":[{"z":{}}]}"#),
        // However the name is written.
        (#"{"A":{"\u0042":1},"d":2}"#, "a.b", #"{"A":{},"d":2}"#),
        (#"{"a.b":{"c":1},"d":2}"#, "a", #"{"d":2}"#),
        (#"{"a":1,"a":2,"b":3}"#, "a", #"{"b":3}"#),
        // Another name that only begins so.
        (#"{"ab":1,"a":{"bc":2}}"#, "a.b", #"{"ab":1,"a":{"bc":2}}"#),
    ])
    func drops(json: String, path: String, left: String) {
        #expect(Self.redacted(json, [path: .drop]) == left)
    }

    @Test(arguments: [
        (#"{"a":"ana@example.com","b":"ana@example.com"}"#, #"{"a":"*@example.com","b":"ana@example.com"}"#),
        (#"{"a":["x",17,-1.5e3,true,null,{"b":"203.0.113.9"}]}"#, #"{"a":["***",0,0,true,null,{"b":"203.0.113.0"}]}"#),
        (#"{"a":"\u0061na@example.com"}"#, #"{"a":"*@example.com"}"#),
    ])
    func masks(json: String, left: String) {
        #expect(Self.redacted(json, ["a": .mask]) == left)
    }

    @Test func theClosestRuleCounts() throws {
        let json = #"{"actor":{"name":"Ana","email":"ana@example.com","note":"x"}}"#
        let left = try #require(Self.redacted(json, ["actor": .mask, "actor.email": .pseudonymise, "*.note": .drop]))
        #expect(left.hasPrefix(#"{"actor":{"name":"***","email":"p-"#) && left.hasSuffix(#"@example.com"}}"#))
    }

    @Test(arguments: [#"{"a":"#, #"{"a" 1}"#, "{", #"{"a":"x"#, #"[1,"#, String(repeating: "[", count: 5_000)])
    func whatIsNoJSONIsRefused(json: String) {
        #expect(Self.redacted(json, ["a": .mask]) == nil)
    }

    /// Random documents and rules: what is named is gone, and what is left is the document without it.
    @Test func agreesWithParsedDocuments() throws {
        var random = SeededGenerator(seed: 20_261_129)
        for _ in 0..<2_000 {
            let document = Self.object(&random, depth: 0)
            let names = ["a", "b", "c", "d"]
            let path = (0..<Int.random(in: 1...3, using: &random)).map { _ in names.randomElement(using: &random) ?? "a" }
            let json = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
            let left = try #require(Self.redacted(json, [path.joined(separator: "."): .drop]))
            let parsed = try JSONSerialization.jsonObject(with: Data(left.utf8))
            #expect(try Self.text(parsed) == Self.text(Self.without(path[...], document)))
        }
    }

    private static func text(_ document: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: document, options: [.sortedKeys]), as: UTF8.self)
    }

    private static func object(_ random: inout SeededGenerator, depth: Int) -> [String: Any] {
        var object: [String: Any] = [:]
        for name in ["a", "b", "c", "d"] where Bool.random(using: &random) { object[name] = value(&random, depth: depth) }
        return object
    }

    private static func value(_ random: inout SeededGenerator, depth: Int) -> Any {
        switch Int.random(in: 0...(depth > 3 ? 2 : 4), using: &random) {
        case 0: return Int.random(in: -5...5, using: &random)
        case 1: return ["x", "é\"\\\n", "ana@example.com", ""].randomElement(using: &random) ?? ""
        case 2: return NSNull()
        case 3: return object(&random, depth: depth + 1)
        default: return (0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random, depth: depth + 1) }
        }
    }

    private static func without(_ path: ArraySlice<String>, _ object: [String: Any]) -> [String: Any] {
        guard let first = path.first else { return object }
        var object = object
        if path.count == 1 { object[first] = nil } else { object[first] = object[first].map { below(path.dropFirst(), $0) } }
        return object
    }

    private static func below(_ path: ArraySlice<String>, _ value: Any) -> Any {
        if let object = value as? [String: Any] { return without(path, object) }
        if let list = value as? [Any] { return list.map { below(path, $0) } }
        return value
    }
}
