import Collectors
import EventModel
import TestSupport
import Testing

struct JSONValuesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var input: String
        var records: [(String, RecordFlaw)]
        /// Bytes left for when there are more.
        var rest = ""
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "nothing", input: "", records: []),
        Case(name: "one a line", input: "{\"a\":1}\n{\"b\":2}\n", records: [("{\"a\":1}", .none), ("{\"b\":2}", .none)]),
        Case(name: "no newline is needed", input: "{\"a\":1}{\"b\":2}", records: [("{\"a\":1}", .none), ("{\"b\":2}", .none)]),
        Case(
            name: "over many lines", input: "{\n  \"a\": [\n    1\n  ]\n}\n{\n}\n",
            records: [("{\n  \"a\": [\n    1\n  ]\n}", .none), ("{\n}", .none)]),
        Case(name: "an array", input: "[\n  {\"a\":1},\n  {\"b\":[{}]}\n]\n", records: [("{\"a\":1}", .none), ("{\"b\":[{}]}", .none)]),
        Case(name: "braces and quotes in strings", input: #"{"a":"}{\"\\"}"#, records: [(#"{"a":"}{\"\\"}"#, .none)]),
        Case(name: "CR LF, NULs and a byte order mark", input: "\u{FEFF}{}\r\n\0\0{}\r\n", records: [("{}", .none), ("{}", .none)]),
        Case(name: "not complete", input: "{}\n{\"a\": [", records: [("{}", .none)], rest: "{\"a\": ["),
        Case(name: "within a string", input: "{\"a\": \"}", records: [], rest: "{\"a\": \"}"),
        Case(
            name: "text between", input: "{}\nstarted\nagain\n{}\n",
            records: [("{}", .none), ("started", .fragment), ("again", .fragment), ("{}", .none)]),
        Case(name: "text without its end", input: "{} star", records: [("{}", .none)], rest: "star"),
        Case(
            name: "left off in a string", input: "{\"a\": \"x\n{\"b\":1}\n",
            records: [("{\"a\": \"x", .incompleteFrame), ("{\"b\":1}", .none)]),
        Case(
            name: "left off after a comma", input: "{\n\"a\": 1,\n{\n\"b\": 2\n}",
            records: [("{\n\"a\": 1,", .incompleteFrame), ("{\n\"b\": 2\n}", .none)]),
        Case(
            name: "left off after a value", input: "{\"a\": 1\n{\"b\": 2}",
            records: [("{\"a\": 1", .incompleteFrame), ("{\"b\": 2}", .none)]),
        Case(
            name: "brackets that do not match", input: "{\"a\":[1}\n{}\n",
            records: [("{\"a\":[1", .incompleteFrame), ("}", .fragment), ("{}", .none)]),
        Case(name: "NULs of a copytruncate within", input: "{\"a\":\0\0{}\n", records: [("{\"a\":", .incompleteFrame), ("{}", .none)]),
        Case(
            name: "too long", input: "{\"a\":\"0123456789012345678901234567890123456789\"}\n{}",
            records: [("{\"a\":\"01234567890123456789012345", .truncated), ("{}", .none)]),
        Case(name: "nested objects at the beginning of lines", input: "{\"a\":\n{\n}\n}", records: [("{\"a\":\n{\n}\n}", .none)]),
    ]

    @Test(arguments: cases)
    func values(_ testCase: Case) {
        let (records, rest, _) = Self.cut(Array(testCase.input.utf8), [])
        #expect(records == testCase.records.map { "\($0.0) \($0.1)" })
        #expect(rest == testCase.rest)
    }

    @Test func theRestIsKept() {
        var values = JSONValues(maximumValueBytes: 32)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "file"))
        Array("{\"a\":".utf8).withUnsafeBytes { values.finish($0, into: &builder, at: .now()) }
        let taken = Array(" 1}\n{}".utf8).withUnsafeBytes { values.consume($0, into: &builder, at: .now()) }
        #expect(taken == 6)
        #expect(Self.records(&builder) == ["{\"a\": incompleteFrame", " 1} fragment", "{} none"])
    }

    @Test func theRestOfALongValueIsSkippedOverSeveralReads() {
        let input = "{\"a\":\"" + String(repeating: "x", count: 100) + "\\\"}\",\"b\":{}}\n{\"c\":1}"
        let (whole, _, _) = Self.cut(Array(input.utf8), [])
        #expect(whole.count == 2 && whole[1] == "{\"c\":1} none")
        for first in 40..<input.utf8.count {
            let (records, rest, _) = Self.cut(Array(input.utf8), [first])
            #expect(records == whole && rest.isEmpty, "cut at \(first)")
        }
    }

    @Test func aLongValueThatHasNoEndEndsBeforeTheNext() {
        let input = "{\"a\":{" + String(repeating: " ", count: 40) + "\n{\"c\":1}\n"
        let (records, _, _) = Self.cut(Array(input.utf8), [45])
        #expect(records.last == "{\"c\":1} none")
    }

    /// Whatever stands in a file and wherever reads end: the same records come out of it, and all bytes are taken at the end.
    @Test func readsMayEndAnywhere() {
        var random = SeededGenerator(seed: 3)
        let pieces = ["{", "}", "[", "]", "\"", "\\", ",", ":", "1", "\n", " ", "{\"a\":1}\n", "{\"b\":[{}]}", "text\n", "\0"]
        for _ in 0..<fuzzRounds(4_000) {
            let input = (0..<Int.random(in: 0...14, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
            let bytes = Array(input.utf8)
            let cuts = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            let (whole, rest, offset) = Self.cut(bytes, [], maximum: 1 << 10)
            let (parts, otherRest, otherOffset) = Self.cut(bytes, cuts, maximum: 1 << 10)
            #expect(whole == parts && rest == otherRest && offset == otherOffset, "\(input) \(cuts)")
            // Bounded, and nothing is given out twice.
            let (short, _, _) = Self.cut(bytes, cuts, maximum: 4)
            #expect(short.allSatisfy { $0.utf8.count <= 4 + 1 + "incompleteFrame".utf8.count })
        }
    }

    /// Reads up to each cut, then to the end, as a file that grows is read.
    private static func cut(_ bytes: [UInt8], _ cuts: [Int], maximum: Int = 32) -> (records: [String], rest: String, offset: Int) {
        var state = CutState()
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "file"))
        var records: [String] = []
        var offset = 0
        for end in cuts + [bytes.count] {
            while true {
                var cutter = RecordCutter(.json, maximumRecordBytes: maximum, state: state)
                let taken = bytes[offset..<max(offset, end)].withUnsafeBytes { cutter.consume($0, into: &builder, at: .now()) }
                state = cutter.state
                offset += taken
                records += Self.records(&builder)
                if taken == 0 || offset >= end { break }
            }
        }
        return (records, String(decoding: bytes[offset...], as: UTF8.self), offset)
    }

    private static func records(_ builder: inout RecordBatchBuilder) -> [String] {
        guard let batch = builder.finish() else { return [] }
        return batch.records.indices.map { "\(String(decoding: batch.raw($0), as: UTF8.self)) \(batch.records[$0].flaw)" }
    }
}
