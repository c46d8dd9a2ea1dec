import Searching
import Testing

@Suite struct LookupTableTests {
    static let tables: [(csv: String, columns: [String], rows: [[String]])] = [
        ("a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        ("a,b\r\n1,2\r\n3,4", ["a", "b"], [["1", "2"], ["3", "4"]]),
        ("\u{feff}a,b\n\n1\n", ["a", "b"], [["1"]]),
        ("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", ["a", "b"], [["x, y", "say \"hi\""]]),
        ("a,b\n\"two\nlines\",2\n", ["a", "b"], [["two\nlines", "2"]]),
        ("a,b\n,\n", ["a", "b"], [["", ""]]),
        ("a\n\"\"\n", ["a"], []),
        ("\"a,1\",b", ["a,1", "b"], []),
    ]

    @Test(arguments: tables.indices)
    func reads(index: Int) throws {
        let (csv, columns, rows) = Self.tables[index]
        let table = try LookupTable(name: "t", csv: Array(csv.utf8))
        #expect(table.columns == columns, "\(csv)")
        #expect(table.rows == rows, "\(csv)")
    }

    static let flaws: [(csv: String, message: String)] = [
        ("", "is empty"),
        ("\n", "is empty"),
        ("a,,b\n", "column 2 has no name"),
        ("a,b\n1,2,3\n", "line 2: 3 values, but only 2 columns"),
        ("a,b\n\"x\n\ny\",1\n1,2,3\n", "line 5: 3 values"),
        ("a,b\n\"x", "line 2: a quoted value does not end"),
        ("a,b\n\"x\"y,1\n", "line 2: text follows a closing quote"),
        (String(repeating: "a,", count: 256) + "a\n", "more than 256 columns"),
    ]

    @Test(arguments: flaws.indices)
    func saysWhatIsWrong(index: Int) {
        let (csv, message) = Self.flaws[index]
        let error = #expect(throws: SearchFailure.self) { try LookupTable(name: "t", csv: Array(csv.utf8)) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func findsByTheColumnOfTheFieldsName() throws {
        var search = TestSearch([SampleEvent(1, ["ip": "10.0.0.1"]), SampleEvent(2, ["ip": .list(["x", "10.0.0.2"])])])
        search.tables = ["hosts": try LookupTable(name: "hosts", csv: Array("name,IP\na,10.0.0.1\nb,10.0.0.2\nc,10.0.0.1\n".utf8))]
        #expect(try search.rows("* | lookup hosts ip") == ["#2 name=b", "#1 name=a"], "of two rows with a key, the first")
    }
}
