import EventModel

/// What digests of several blocks say, added up.
struct DigestSum {
    private var columns: [FieldColumn]
    private var counts: [Int] = []
    private var times: [Timestamp] = []
    /// The row of each combination of a time and values.
    private var rows: [[Int64]: Int] = [:]
    /// Where there is one field and no time: the row of each value, and of none.
    private var rowOfCode: [Int] = []
    private var rowOfNone: Int?

    init(fieldCount: Int) { columns = (0..<fieldCount).map { _ in FieldColumn() } }

    /// Adds what one block has.
    mutating func add(_ block: ColumnBlock) {
        guard let weights = block.weights else { return }
        // Of each column's values, what they are here.
        let codes = zip(block.fields, columns).map { field, column in
            (0..<field.valueCount).map { column.intern(field.value($0), field.kinds[$0]) }
        }
        let hasTimes = block.times.contains { $0 != block.times[0] } || block.times.first?.microseconds ?? 0 != 0
        if !hasTimes, rows.isEmpty, codes.count == 1, block.fields[0].others.isEmpty {
            for (row, code) in block.fields[0].codes.enumerated() {
                counts[self.row(of: code < 0 ? -1 : Int(codes[0][Int(code)]))] += weights[row]
            }
            return
        }
        var others = block.fields.map { $0.others[...] }
        for row in 0..<block.count {
            var key = [block.times[row].microseconds]
            var own: [[Int32]] = []
            for (number, field) in block.fields.enumerated() {
                var all = field.codes[row] < 0 ? [] : [codes[number][Int(field.codes[row])]]
                while let other = others[number].first, Int(other.event) == row {
                    all.append(codes[number][Int(other.code)])
                    others[number].removeFirst()
                }
                key += [Int64(all.count)] + all.map(Int64.init)
                own.append(all)
            }
            if let known = rows[key] {
                counts[known] += weights[row]
            } else {
                rows[key] = append(own, block.times[row])
                counts[counts.count - 1] = weights[row]
            }
        }
    }

    private mutating func row(of code: Int) -> Int {
        if code < 0 {
            let row = rowOfNone ?? append([[]], Timestamp(microseconds: 0))
            rowOfNone = row
            return row
        }
        while rowOfCode.count <= code { rowOfCode.append(-1) }
        if rowOfCode[code] < 0 { rowOfCode[code] = append([[Int32(truncatingIfNeeded: code)]], Timestamp(microseconds: 0)) }
        return rowOfCode[code]
    }

    private mutating func append(_ codes: [[Int32]], _ time: Timestamp) -> Int {
        let row = counts.count
        for (column, codes) in zip(columns, codes) {
            column.codes.append(-1)
            for code in codes { column.add(code, to: row) }
        }
        counts.append(0)
        times.append(time)
        return row
    }

    /// The sums; nil if there are none.
    var block: ColumnBlock? {
        counts.isEmpty ? nil : ColumnBlock(count: counts.count, times: times, weights: counts, fields: columns)
    }
}
