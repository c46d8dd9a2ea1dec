import EventModel
import Matching

extension ColdDigest {
    /// The digest of one kind of an open block; nil if it has too many rows to be of use.
    ///
    /// It is made of what a search would find in the block's columns, so that both say the same.
    init?(
        grain: Int64, dimensions: [[String]], of block: OpenColdBlock, _ values: ColdValues
    ) throws(BlockError) {
        self.grain = grain
        self.dimensions = dimensions
        var groups = DigestGroups(count: block.rowCount)
        if grain > 0 { groups.divide(try block.times().map { TimeForm.floor($0, grain) }) }
        var whole: [FieldColumn] = []
        for dimension in dimensions {
            let column = try values.column(dimension.map { .named($0) })
            whole.append(column)
            groups.divide(column)
            if groups.firsts.count > Self.maximumRows { return nil }
        }
        let times = try block.times()
        let all = zip(groups.firsts, groups.counts).map { row, count in
            (row: row, count: count, bucket: grain > 0 ? TimeForm.floor(times[row], grain) : 0)
        }
        // Names that begin alike are packed better beside each other.
        let first = whole[0]
        let text = { (row: Int) in first.codes[row] < 0 ? "" : first.text(Int(first.codes[row])) }
        let ordered = all.map { (row: $0, text: text($0.row)) }.sorted { ($0.row.bucket, $0.text) < ($1.row.bucket, $1.text) }
        counts = ordered.map(\.row.count)
        buckets = ordered.map(\.row.bucket)
        columns = whole.map { Self.column($0, rows: ordered.map(\.row.row)) }
    }

    /// What a column has in some of its rows.
    private static func column(_ whole: FieldColumn, rows: [Int]) -> FieldColumn {
        let column = FieldColumn(count: rows.count)
        let others = Dictionary(grouping: whole.others, by: \.event)
        let add = { (code: Int32, index: Int) in
            column.add(column.intern(whole.value(Int(code)), whole.kinds[Int(code)]), to: index)
        }
        for (index, row) in rows.enumerated() where whole.codes[row] >= 0 {
            add(whole.codes[row], index)
            for other in others[Int32(truncatingIfNeeded: row)] ?? [] { add(other.code, index) }
        }
        return column
    }
}

/// Rows that are the same in all that has been looked at so far.
private struct DigestGroups {
    private var groupOfRow: [Int32]
    /// The first row of each group.
    private(set) var firsts: [Int]

    init(count: Int) {
        groupOfRow = [Int32](repeating: 0, count: count)
        firsts = count > 0 ? [0] : []
    }

    var counts: [Int] {
        var counts = [Int](repeating: 0, count: firsts.count)
        for group in groupOfRow { counts[Int(group)] += 1 }
        return counts
    }

    /// Tells rows apart by the values of a column.
    mutating func divide(_ column: FieldColumn) {
        guard !column.others.isEmpty else { return divide(column.codes.map(Int64.init)) }
        // Rows of several values have a number for all of them together.
        var numbers: [[Int32]: Int64] = [:]
        var codes = column.codes.map(Int64.init)
        for (row, others) in Dictionary(grouping: column.others, by: \.event) {
            let key = [column.codes[Int(row)]] + others.map(\.code)
            let number = numbers[key] ?? Int64(column.valueCount + numbers.count)
            numbers[key] = number
            codes[Int(row)] = number
        }
        divide(codes)
    }

    /// Tells rows apart by numbers.
    mutating func divide(_ numbers: [Int64]) {
        if numbers.allSatisfy({ $0 == numbers[0] }) { return }
        struct Key: Hashable {
            var group: Int32
            var number: Int64
        }
        var groups: [Key: Int32] = [:]
        firsts = []
        var (lastKey, lastGroup) = (Key(group: -1, number: 0), Int32(0))
        for row in groupOfRow.indices {
            let key = Key(group: groupOfRow[row], number: numbers[row])
            if key != lastKey {
                lastKey = key
                if let known = groups[key] {
                    lastGroup = known
                } else {
                    lastGroup = Int32(truncatingIfNeeded: firsts.count)
                    groups[key] = lastGroup
                    firsts.append(row)
                }
            }
            groupOfRow[row] = lastGroup
        }
    }
}
