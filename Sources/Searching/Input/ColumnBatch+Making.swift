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
        if others.isEmpty, !values.contains(where: \.isNull) {
            // `missing` is -1 without its sign.
            guard codes.allSatisfy({ Int($0) < values.count && $0 >= -1 }) else { return nil }
            self.init(values: values, codes: codes.map { UInt32(bitPattern: $0) })
            return
        }
        var dictionary = Dictionary()
        let places = values.map { dictionary.code(of: $0) }
        guard codes.allSatisfy({ Int($0) < places.count }) else { return nil }
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
