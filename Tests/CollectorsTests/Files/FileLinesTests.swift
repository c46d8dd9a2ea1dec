import Collectors
import EventModel
import Testing

struct FileLinesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var input: String
        var lines: [(String, RecordFlaw)]
        /// Bytes left for when there are more.
        var rest: String = ""
        var isSkipping = false
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "nothing", input: "", lines: []),
        Case(name: "lines", input: "one\ntwo\n", lines: [("one", .none), ("two", .none)]),
        Case(name: "the last has no newline", input: "one\ntwo", lines: [("one", .none)], rest: "two"),
        Case(name: "CR LF", input: "one\r\ntwo\r\n", lines: [("one", .none), ("two", .none)]),
        Case(name: "empty lines", input: "\n\none\n\r\n\n", lines: [("one", .none)]),
        Case(name: "NULs of a copytruncate", input: "\0\0\0\0one\n", lines: [("one", .none)]),
        Case(name: "at the limit", input: "12345678\n9\n", lines: [("12345678", .none), ("9", .none)]),
        Case(name: "above the limit", input: "123456789\nx\n", lines: [("12345678", .truncated), ("x", .none)]),
        Case(name: "above the limit, no newline yet", input: "123456789", lines: [("12345678", .truncated)], isSkipping: true),
        Case(name: "CR only", input: "a\rb\n", lines: [("a\rb", .none)]),
    ]

    @Test(arguments: cases)
    func lines(_ testCase: Case) {
        let bytes = Array(testCase.input.utf8)
        var lines = FileLines(maximumLineBytes: 8)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "file"))
        let taken = bytes.withUnsafeBytes { lines.consume($0, into: &builder, at: .now()) }
        #expect(Self.records(&builder) == testCase.lines.map { "\($0.0) \($0.1)" })
        #expect(String(decoding: bytes[taken...], as: UTF8.self) == testCase.rest)
        #expect(lines.state.isSkipping == testCase.isSkipping)

        bytes[taken...].withUnsafeBytes { lines.finish($0, into: &builder, at: .now()) }
        #expect(Self.records(&builder) == (testCase.rest.isEmpty ? [] : ["\(testCase.rest) none"]))
    }

    @Test func theRestOfALongLineIsSkippedOverSeveralReads() {
        var lines = FileLines(maximumLineBytes: 4)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "file"))
        for read in ["12345", "6789", "0\nnext\n"] {
            let taken = Array(read.utf8).withUnsafeBytes { lines.consume($0, into: &builder, at: .now()) }
            #expect(taken == read.utf8.count)
        }
        #expect(Self.records(&builder) == ["1234 truncated", "next none"])
    }

    @Test func stopsWhenTheBatchIsFull() {
        let bytes = Array(String(repeating: "x\n", count: 1_000).utf8)
        var lines = FileLines(maximumLineBytes: 8)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "file"))
        #expect(bytes.withUnsafeBytes { lines.consume($0, into: &builder, at: .now()) } == 2 * RecordBatchBuilder.maximumRecords)
    }

    private static func records(_ builder: inout RecordBatchBuilder) -> [String] {
        guard let batch = builder.finish() else { return [] }
        return batch.records.indices.map { "\(String(decoding: batch.raw($0), as: UTF8.self)) \(batch.records[$0].flaw)" }
    }
}
