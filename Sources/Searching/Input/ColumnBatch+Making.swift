// Hot path.

/// Columns out of what a block has at hand.
extension ColumnBatch.Column {
    /// A column of rows with a value each, or none, and further values of some.
    ///
    /// - Parameters:
    ///   - codes: of each row, its value's place in `values`; negative for a row without one.
    ///   - others: further values, ordered by row.
    ///   - values: equal ones may stand several times; nulls are no values.
    /// - Returns: nil if a row or place is out of bounds, or `others` are not in order.
    public init?(codes: [Int32], others: [(event: Int32, code: Int32)] = [], values: [FieldValue]) {
        var dictionary = Dictionary()
        let places = values.map { dictionary.code(of: $0) }
        guard codes.allSatisfy({ Int($0) < places.count }) else { return nil }
        if others.isEmpty {
            self.init(values: dictionary.values, codes: codes.map { $0 < 0 ? Self.missing : places[Int($0)] })
            return
        }
        var made: [UInt32] = []
        var starts: [UInt32] = [0]
        starts.reserveCapacity(codes.count + 1)
        var rest = others[...]
        for (row, code) in codes.enumerated() {
            if code >= 0, places[Int(code)] != Self.missing { made.append(places[Int(code)]) }
            while let other = rest.first, Int(other.event) == row {
                guard other.code >= 0, Int(other.code) < places.count else { return nil }
                if places[Int(other.code)] != Self.missing { made.append(places[Int(other.code)]) }
                rest.removeFirst()
            }
            starts.append(UInt32(truncatingIfNeeded: made.count))
        }
        guard rest.isEmpty else { return nil }
        self.init(values: dictionary.values, codes: made, starts: starts)
    }

    /// The column that has for each row what the first of several columns that has anything has: an alias that stands for
    /// several fields (`SearchField.selectors`).
    ///
    /// - Returns: nil if there is no column, or if they have different numbers of rows.
    public static func first(of columns: [ColumnBatch.Column]) -> ColumnBatch.Column? {
        guard let first = columns.first, columns.allSatisfy({ $0.rowCount == first.rowCount }) else { return nil }
        if columns.count == 1 { return first }
        var dictionary = Dictionary()
        let places = columns.map { column in column.values.map { dictionary.code(of: $0) } }
        let isSingle = columns.allSatisfy { $0.starts == nil }
        var codes: [UInt32] = []
        var starts: [UInt32] = [0]
        codes.reserveCapacity(first.rowCount)
        for row in 0..<first.rowCount {
            let before = codes.count
            for (column, places) in zip(columns, places) where codes.count == before {
                column.forEachCode(row) { codes.append(places[Int($0)]) }
            }
            if isSingle && codes.count == before { codes.append(missing) }
            starts.append(UInt32(truncatingIfNeeded: codes.count))
        }
        return ColumnBatch.Column(values: dictionary.values, codes: codes, starts: isSingle ? nil : starts)
    }

    private var rowCount: Int { starts.map { $0.count - 1 } ?? codes.count }

    @inline(__always)
    private func forEachCode(_ row: Int, _ body: (UInt32) -> Void) {
        if let starts {
            for place in Int(starts[row])..<Int(starts[row + 1]) { body(codes[place]) }
        } else if codes[row] != Self.missing {
            body(codes[row])
        }
    }

    /// Values by code, each text once.
    private struct Dictionary {
        var values: [FieldValue] = []
        private var codes: [String: UInt32] = [:]

        /// `missing` for a null.
        mutating func code(of value: FieldValue) -> UInt32 {
            if value.isNull { return ColumnBatch.Column.missing }
            let text = value.text
            if let code = codes[text] { return code }
            let code = UInt32(truncatingIfNeeded: values.count)
            codes[text] = code
            values.append(value)
            return code
        }
    }
}
