import Collectors
import EventModel
import TestSupport
import Testing

struct CSVReaderTests {
    private static func rows(_ text: String, maximumFields: Int = 100) -> [[String]] {
        var reader = CSVReader(Array(text.utf8), maximumFields: maximumFields)
        var rows: [[String]] = []
        while let row = reader.next() { rows.append(row.fields.map { String(decoding: $0, as: UTF8.self) }) }
        return rows
    }

    @Test(arguments: [
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]), ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("\"a\"\"b\",\"c,d\"\n", [["a\"b", "c,d"]]), ("\"a\r\nb\",c\r\n", [["a\r\nb", "c"]]), (",\n\n,", [["", ""], ["", ""]]), ("", []),
        ("\u{feff}a\n", [["a"]]), ("\"\"\n", [[""]]), ("\"a\"x,b\n", [["ax", "b"]]), ("a,\n", [["a", ""]]), ("a\rb", [["a"], ["b"]]),
    ] as [(String, [[String]])])
    func reads(_ text: String, _ rows: [[String]]) { #expect(Self.rows(text) == rows) }

    @Test func whatIsCutIsSaid() {
        var reader = CSVReader(Array("a,\"b".utf8))
        #expect(reader.next() == CSVReader.Row(fields: [[97], [98]], isCut: true))
        #expect(reader.next() == nil)
    }

    @Test func fieldsAreBounded() { #expect(Self.rows("a,b,c,d\n", maximumFields: 3) == [["a", "b", "c,d"]]) }

    @Test func rowsBecomeObjects() throws {
        var columns: [String] = []
        let body = Array("A,,\"C\"\n1,2,\"x \"\"y\"\"\nz\",4\n\"cut".utf8)
        let page = try PageItems.take(
            from: body, ItemsDescription(shape: .csv, path: JSONPath(keys: [])), columns: &columns, limits: PollLimits())
        let texts = page.ranges.map { String(decoding: page.bytes[$0], as: UTF8.self) }
        #expect(texts == [#"{"A":"1","column_2":"2","C":"x \"y\"\nz","column_4":"4"}"#, #"{"A":"cut"}"#])
        #expect(page.cut == [1])
    }
}

struct CSVReaderFuzzTests {
    private static let rounds = fuzzRounds(4_000)

    /// What is written as CSV is read as it was; and no bytes hold the reader up.
    @Test func anyFields() {
        var random = SeededGenerator(seed: 8)
        let pieces = ["a", "\"", ",", "\n", "\r\n", "é", " ", ""]
        for _ in 0..<Self.rounds {
            let rows = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 2...4, using: &random)).map { _ in
                    (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
                }
            }
            let quoted = rows.map { row in
                row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\r\n"
            }
            var reader = CSVReader(Array(quoted.joined().utf8))
            for row in rows { #expect(reader.next()?.fields == row.map { Array($0.utf8) }) }
            #expect(reader.next() == nil)

            let noise = (0..<Int.random(in: 0...60, using: &random)).map { _ in Array(",\"\n\r a".utf8).randomElement(using: &random)! }
            var hostile = CSVReader(noise)
            var count = 0
            while hostile.next() != nil { count += 1 }
            #expect(count <= noise.count)
        }
    }
}
