import EventModel

// Hot path. Unsafe: columns are as long as the kinds of row say, and kinds are within the layout's; both are checked before.

/// Which value of some columns each row of a cold block has, where no row has two: found in one pass over the rows.
///
/// The values of all columns count as one table, one column's behind the other's.
struct RowCodes {
    /// What of a column's values is meant.
    struct Use: Hashable {
        var column: Int
        var kind: FieldKind?
        var part: Range<Int>?
    }

    private(set) var uses: [Use] = []
    private(set) var opened: [ColdColumn] = []
    /// Where the values of each use begin in the table, and how many there are in all.
    private(set) var bases: [Int] = []
    private(set) var valueCount = 0

    private let block: OpenColdBlock
    /// By kind of row: the use whose value it has (-1 for none), and whether that is the value of the row whose record it shares.
    private var own: [Int32]
    private var isShared: [Bool]

    /// - Parameter places: by kind of row, the place of its value.
    init(_ block: OpenColdBlock, places: [ColdFieldMap.Place?]) throws(BlockError) {
        self.block = block
        own = [Int32](repeating: -1, count: places.count)
        isShared = [Bool](repeating: false, count: places.count)
        var numbers: [Use: Int] = [:]
        for (kind, place) in places.enumerated() {
            guard let place else { continue }
            let use = Use(column: place.column, kind: place.kind, part: place.part)
            let number = numbers[use] ?? uses.count
            if number == uses.count {
                let column = try block.column(use.column)
                numbers[use] = number
                uses.append(use)
                opened.append(column)
                bases.append(valueCount)
                valueCount += column.values.count
            }
            own[kind] = Int32(truncatingIfNeeded: number)
            isShared[kind] = place.isShared
        }
    }

    /// By row, the place of its value in the table; -1 for a row without one.
    func indices() throws(BlockError) -> [Int32] {
        var result = [Int32](repeating: -1, count: block.rowCount)
        try result.withUnsafeMutableBufferPointer { result throws(BlockError) in
            try forEach { row, index in result[row] = index }
        }
        return result
    }

    /// Calls `body` with each row that has a value, ascending, and the value's place in the table.
    @inline(__always)
    func forEach(_ body: (Int, Int32) -> Void) throws(BlockError) {
        if uses.isEmpty { return }
        let kinds = try block.kinds()
        // Of all columns, one behind the other, each row's place in the table; and where in that each use is.
        let (flat, starts) = self.flat()
        var cursors = starts
        // By kind: the use that goes on with a row; -1 for none, -2 for several.
        let (single, several) = try advances(kinds)
        var isIntact = true
        kinds.withUnsafeBufferPointer { kinds in
            cursors.withUnsafeMutableBufferPointer { cursors in
                flat.withUnsafeBufferPointer { flat in
                    for row in 0..<kinds.count {
                        let kind = Int(kinds[row])
                        let use = Int(own[kind])
                        if use >= 0 {
                            let place = cursors[use] &- (isShared[kind] ? 1 : 0)
                            guard place >= starts[use] else {
                                isIntact = false
                                return
                            }
                            body(row, flat[place])
                        }
                        let next = Int(single[kind])
                        if next >= 0 {
                            cursors[next] &+= 1
                        } else if next == -2 {
                            for number in several[kind] { cursors[number] &+= 1 }
                        }
                    }
                }
            }
        }
        if !isIntact { throw .damaged("a column has too few values") }
    }

    private func flat() -> (flat: [Int32], starts: [Int]) {
        var flat: [Int32] = []
        var starts: [Int] = []
        for (column, base) in zip(opened, bases) {
            starts.append(flat.count)
            let base = Int32(truncatingIfNeeded: base)
            if let codes = column.codes {
                flat.reserveCapacity(flat.count + codes.count)
                for code in codes { flat.append(base &+ Int32(bitPattern: code)) }
            } else {
                flat.append(contentsOf: base..<base &+ Int32(truncatingIfNeeded: column.values.count))
            }
        }
        return (flat, starts)
    }

    /// - Throws: if a column has not as many values as the rows that have one.
    private func advances(_ kinds: [UInt32]) throws(BlockError) -> (single: [Int32], several: [[Int]]) {
        var rows = [Int](repeating: 0, count: own.count)
        for kind in kinds { rows[Int(kind)] += 1 }
        var single = [Int32](repeating: -1, count: own.count)
        var several = [[Int]](repeating: [], count: own.count)
        for (number, use) in uses.enumerated() {
            var count = 0
            for (kind, has) in try block.kinds(of: use.column).enumerated() where has {
                count += rows[kind]
                several[kind].append(number)
                single[kind] = several[kind].count == 1 ? Int32(truncatingIfNeeded: number) : -2
            }
            guard count == block.directory.columns[use.column].count else { throw .damaged("a column has too few values") }
        }
        return (single, several)
    }
}
