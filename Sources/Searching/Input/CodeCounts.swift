// Hot path.

/// How often each code of a column occurs. A row with several codes counts once for each that is distinct.
struct CodeCounts {
    let column: ColumnBatch.Column
    private var counts: [Int]
    /// Codes that were counted since they were last taken.
    var touched: [Int] = []
    /// Rows without a value.
    var missing = 0

    init(_ column: ColumnBatch.Column) {
        self.column = column
        counts = Array(repeating: 0, count: column.values.count)
    }

    /// Counts all rows of the column.
    mutating func addAll(_ rows: Int) {
        guard column.starts == nil else {
            for row in 0..<rows { add(row) }
            return
        }
        var missing = 0
        counts.withUnsafeMutableBufferPointer { counts in
            for code in column.codes {
                if code == ColumnBatch.Column.missing { missing &+= 1 } else { counts[Int(code)] &+= 1 }
            }
        }
        self.missing += missing
        touched = counts.indices.filter { counts[$0] > 0 }
    }

    /// Counts a row of the column, so many times.
    @inline(__always)
    mutating func add(_ row: Int, weight: Int = 1) {
        guard let starts = column.starts else {
            let code = column.codes[row]
            if code == ColumnBatch.Column.missing { missing &+= weight } else { count(Int(code), weight) }
            return
        }
        let (start, end) = (Int(starts[row]), Int(starts[row + 1]))
        if start == end { missing &+= weight }
        for place in start..<end where !column.codes[start..<place].contains(column.codes[place]) {
            count(Int(column.codes[place]), weight)
        }
    }

    @inline(__always)
    private mutating func count(_ code: Int, _ weight: Int) {
        if counts[code] == 0 { touched.append(code) }
        counts[code] &+= weight
    }

    /// The count of a code, which begins at zero again.
    mutating func take(_ code: Int) -> Int {
        let count = counts[code]
        counts[code] = 0
        return count
    }
}
