import EventModel
import Testing

/// Bounds of the scanner, and its trie of paths.
@Suite struct JSONScannerLimitsTests {
    @Test func boundsTheDepth() {
        let scanner = FlatScanner(limits: JSONLimits(maximumDepth: 3))
        #expect(scanner.scan("[[[1]]]").error == nil)
        #expect(scanner.scan("[[[]]]").error == nil)
        #expect(scanner.scan("[[[[1]]]]").error == JSONError(.tooDeep, at: 3))
        #expect(scanner.scan("[[[[]]]]").error == JSONError(.tooDeep, at: 3))
        #expect(scanner.scan(#"{"a":{"a":{"a":{}}}}"#).error == JSONError(.tooDeep, at: 15))
        #expect(scanner.scan(#"{"a":{"a":{"a":1}},"b":[[]]}"#).error == nil)
    }

    @Test func boundsTheFields() {
        let scanner = FlatScanner(limits: JSONLimits(maximumFields: 3))
        #expect(scanner.scan("[1,2,3]").error == nil)
        #expect(scanner.scan("[1,2,3,4]").error == JSONError(.tooManyFields, at: 7))
        // The marks of array elements count too.
        #expect(scanner.scan("[{},1]").error == nil)
        #expect(scanner.scan("[{},{}]").error == JSONError(.tooManyFields, at: 4))
        #expect(scanner.scan(#"[{"a":1},{"a":1}]"#).error == JSONError(.tooManyFields, at: 14))
    }

    /// More fields than the scanner first makes room for.
    @Test func readsDocumentsThatAreAllFields() {
        let numbers = "[" + Array(repeating: "1", count: 5_000).joined(separator: ",") + "]"
        #expect(FlatScanner().scan(numbers).fields.count == 5_000)
        let limited = FlatScanner(limits: JSONLimits(maximumFields: 4_999)).scan(numbers)
        #expect(limited.error == JSONError(.tooManyFields, at: 9_999))
        #expect(limited.fieldsLeft == 0)
        let escaped = "[" + Array(repeating: #""\n""#, count: 5_000).joined(separator: ",") + "]"
        let scan = FlatScanner().scan(escaped)
        #expect(scan.fields.allSatisfy { $0.text == [0x0a] } && scan.fields.count == 5_000)
        #expect(scan.derivedLeft == 5_000)
        let objects = "[" + Array(repeating: "{}", count: 5_000).joined(separator: ",") + "]"
        #expect(FlatScanner().scan(objects).fields.count == 10_000)
    }

    @Test func boundsTheLength() {
        let scanner = FlatScanner(limits: JSONLimits(maximumBytes: 4))
        #expect(scanner.scan("1234").error == nil)
        #expect(scanner.scan("12345").error == JSONError(.tooLong, at: 4))
    }

    @Test func survivesTheDeepestBrackets() {
        let scan = FlatScanner().scan(String(repeating: "[", count: 100_000))
        #expect(scan.error == JSONError(.tooDeep, at: 64))
    }

    @Test func namesNoPathsBeyondTheCatalogsBound() {
        let scanner = FlatScanner(catalogCapacity: 45)
        let keys = (0..<20).map { "\"new\($0)\":{\"x\":\($0)}" }.joined(separator: ",")
        let first = scanner.scan("{\(keys)}")
        #expect(first.error == nil)
        #expect(first.fields.map(\.text) == (0..<20).map { Array(String($0).utf8) })
        #expect(first.fields.first?.path == "new0.x")
        #expect(first.fields.last?.path == "")
        #expect(scanner.scan("{\(keys)}").fields == first.fields)
    }

    /// Hostile keys without end: bounded paths, correct values, and what was known before stays known.
    @Test func survivesMoreKeysThanTheTrieHolds() {
        let scanner = FlatScanner()
        #expect(scanner.scan(#"{"known":1}"#).fields.map(\.path) == ["known"])
        for round in 0..<12 {
            let keys = (0..<10_000).map { "\"k\(round)_\($0)\":\($0)" }.joined(separator: ",")
            let scan = scanner.scan("{\(keys),\"known\":2}")
            #expect(scan.error == nil)
            #expect(scan.fields.count == 10_001)
            #expect(scan.fields[9_999].text == Array("9999".utf8))
            #expect(scan.fields.last?.path == "known")
        }
        #expect(scanner.catalog.count <= FieldCatalog.defaultCapacity)
    }

    /// A key beyond the bounds must not teach the trie what follows it: it stands for many keys in many objects.
    @Test func predictsNothingAfterAKeyWithoutAName() {
        let long = String(repeating: "x", count: 2_000)
        let scanner = FlatScanner()
        #expect(scanner.scan("{\"a\":{\"\(long)\":1,\"id\":2}}").fields.map(\.path) == ["", "a.id"])
        #expect(scanner.scan("{\"b\":{\"\(long)\":1,\"id\":2}}").fields.map(\.path) == ["", "b.id"])
        #expect(scanner.scan("{\"\(long)\":{\"id\":1},\"id\":2}").fields.map(\.path) == ["", "id"])
        #expect(scanner.scan("{\"\(long)\":{\"\(long)\":1,\"id\":1},\"id\":2}").fields.map(\.path) == ["", "", "id"])
    }

    @Test(arguments: [26, 27, 28, 29, 30, 31, 32, 33, 63, 64, 65, 1_023, 1_024])
    func tellsKeysApartThatDifferAtTheEnd(length: Int) {
        let stem = String(repeating: "k", count: length - 1)
        let scanner = FlatScanner()
        for end in ["a", "b", "a", "b", "c"] {
            #expect(scanner.scan("{\"\(stem)\(end)\":1}").fields.map(\.path) == [stem + end])
        }
        #expect(scanner.scan("{\"\(stem)a").error == JSONError(.unexpectedEnd, at: length + 2))
    }

    @Test(arguments: [["a", "b", "c"], ["c", "b", "a"], ["b"], ["a", "a", "c"]])
    func followsKeysInAnyOrder(keys: [String]) {
        let scanner = FlatScanner()
        _ = scanner.scan(#"{"a":1,"b":2,"c":3}"#)
        let document = "{" + keys.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        for _ in 0..<3 { #expect(scanner.scan(document).fields.map(\.path) == keys) }
    }
}
