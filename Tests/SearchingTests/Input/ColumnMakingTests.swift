import Searching
import Testing

@Suite struct ColumnMakingTests {
    private typealias Column = ColumnBatch.Column

    /// A column's values, row by row.
    private static func rows(_ column: ColumnBatch.Column?) -> [String]? {
        guard let column else { return nil }
        guard let starts = column.starts else {
            return column.codes.map { $0 == ColumnBatch.Column.missing ? "-" : column.values[Int($0)].text }
        }
        return zip(starts, starts.dropFirst()).map { start, end in
            start == end ? "-" : column.codes[Int(start)..<Int(end)].map { column.values[Int($0)].text }.joined(separator: "+")
        }
    }

    static let made: [(codes: [Int32], others: [(event: Int32, code: Int32)], values: [FieldValue], rows: [String]?)] = [
        ([], [], [], []),
        ([0, -1, 1, 0], [], ["a", "b"], ["a", "-", "b", "a"]),
        ([0, 1, 2], [], ["a", .null, "a"], ["a", "-", "a"]),
        ([0, 1], [(0, 1), (0, 0), (1, 2)], ["a", 5, .null], ["a+5+a", "5"]),
        ([-1, 0], [(0, 0)], ["a"], ["a", "a"]),
        ([2], [], ["a", "b"], nil),
        ([0], [(0, 1)], ["a"], nil),
        ([0], [(0, -1)], ["a"], nil),
        ([0], [(1, 0)], ["a"], nil),
        ([0, 0], [(1, 0), (0, 0)], ["a"], nil),
    ]

    @Test(arguments: made.indices)
    func fromCodesAndFurtherValues(index: Int) {
        let (codes, others, values, rows) = Self.made[index]
        let column = ColumnBatch.Column(codes: codes, others: others, values: values)
        #expect(Self.rows(column) == rows)
        if let column, column.starts != nil {
            #expect(Set(column.values.map(\.text)).count == column.values.count, "each text once")
        }
        if let column { #expect(ColumnBatch(count: codes.count, columns: [column]) != nil, "and it fits") }
    }
}
