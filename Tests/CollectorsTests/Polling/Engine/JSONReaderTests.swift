import Collectors
import EventModel
import TestSupport
import Testing

struct JSONReaderTests {
    struct Lookup: Sendable {
        var json: String
        var path: String
        var value: String?
    }

    @Test(arguments: [
        Lookup(json: #"{"a":{"b":[1, 2]},"c":"x"}"#, path: "a.b", value: "[1, 2]"),
        Lookup(json: #" { "a" : { "b" : true } } "#, path: "a.b", value: "true"),
        Lookup(json: #"{"a":1,"a":2}"#, path: "a", value: "1"),
        Lookup(json: #"{"\u0061":7}"#, path: "a", value: "7"),
        Lookup(json: #"{"a":{"x":"}{"},"b":"\"]"}"#, path: "b", value: #""\"]""#),
        Lookup(json: #"[1]"#, path: ".", value: "[1]"),
        Lookup(json: #"{"a":null}"#, path: "a", value: "null"),
        Lookup(json: #"{"a":1}"#, path: "b", value: nil),
        Lookup(json: #"{"a":[{"b":1}]}"#, path: "a.b", value: nil),
        Lookup(json: #"{}"#, path: "a", value: nil),
        Lookup(json: #""text""#, path: "a", value: nil),
    ])
    func values(_ item: Lookup) throws {
        let bytes = Array(item.json.utf8)
        let place = try JSONReader.value(bytes, at: JSONPath(item.path))
        #expect(place.map { String(decoding: bytes[$0], as: UTF8.self) } == item.value)
    }

    @Test(arguments: [
        ("[]", []), ("[ ]", []), ("[1,\"a,]\" , {\"b\":[]}]", ["1", "\"a,]\"", "{\"b\":[]}"]), ("[[],{}]", ["[]", "{}"]),
    ] as [(String, [String])])
    func items(_ json: String, _ expected: [String]) throws {
        let bytes = Array(json.utf8)
        let items = try #require(try JSONReader.items(bytes))
        #expect(items.map { String(decoding: bytes[$0], as: UTF8.self) } == expected)
    }

    @Test(arguments: [
        "[1,]", "[1 2]", "[", "[1", "{\"a\"}", "{\"a\":}", "{a:1}", "[tru]", "[1.2.x]", "\"abc", "[\"\\", "", "[}", "{]", "[1]x",
    ])
    func isRefused(_ json: String) {
        #expect(throws: JSONError.self) { try JSONReader.check(Array(json.utf8)) }
    }

    @Test func depthAndItemsAreBounded() throws {
        let deep = Array((String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)).utf8)
        #expect(throws: JSONError(.tooDeep, at: 128)) { try JSONReader.check(deep) }
        let many = Array(("[" + Array(repeating: "1", count: 11).joined(separator: ",") + "]").utf8)
        #expect(throws: JSONError.self) { try JSONReader.items(many, maximumItems: 10) }
    }

    @Test(arguments: [
        (#""a\nb""#, "a\nb"), (#""\u00e9\ud83d\ude00é""#, "é😀é"), (#""\ud800""#, "\u{fffd}"), ("12", "12"), ("true", "true"),
        ("null", nil), ("{}", nil), (#""\/""#, "/"),
    ] as [(String, String?)])
    func texts(_ json: String, _ text: String?) {
        let bytes = Array(json.utf8)
        #expect(JSONReader.text(bytes, bytes.indices) == text)
    }
}

struct JSONReaderFuzzTests {
    private static let rounds = fuzzRounds(4_000)

    /// Whatever the bytes: an answer or an error, and items that are within the list and sound themselves.
    @Test func anyBytes() {
        var random = SeededGenerator(seed: 5)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u00", "a", "items", "\"items\":", "1", "-", "null", "true", " ", "\n", "é", "\0",
        ]
        for _ in 0..<Self.rounds {
            var bytes = Array("{\"items\":[".utf8)
            for _ in 0..<Int.random(in: 0..<40, using: &random) {
                bytes += Array(pieces.randomElement(using: &random)!.utf8)
                if Int.random(in: 0..<9, using: &random) == 0 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            }
            let path = JSONPath("items")
            guard let place = try? JSONReader.value(bytes, at: path), let items = try? JSONReader.items(bytes, in: place) else { continue }
            for item in items {
                #expect(place.contains(item.lowerBound) && item.upperBound < place.upperBound)
                #expect(throws: Never.self) { try JSONReader.check(Array(bytes[item])) }
            }
        }
    }
}
