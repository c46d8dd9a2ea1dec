// Hot path.

/// How far a cold block's rows have been gone through: of each column, the index of its next value.
struct ColdCursor {
    /// Where a column's value stands in the record at hand.
    struct Place: BitwiseCopyable {
        var offset: UInt32 = 0
        var length: UInt32 = 0
        /// The row whose record has it, plus one.
        var row: UInt32 = 0
    }

    /// Most of the rows are wanted: columns are unpacked as a whole.
    var takesAll = true
    private(set) var row = 0
    private(set) var ranks: [UInt32]
    /// Numbers of `ColdRows.bodies` and `ColdRows.places` that were gone through.
    private(set) var bodies = 0
    private(set) var explicit = 0
    var places: [Place]
    /// Columns that have been read.
    var columns: [ColdColumn?]
    /// Of each computed column the code that was copied last, the part that it was copied for, and where the copy is.
    var copies: [(code: Int, part: Int, offset: Int)]
    /// Bytes of records, and of computed values, that were put together.
    var recordBytes = 0
    var copiedBytes = 0
    private(set) var part = 0
    /// How many rows of each kind were stepped over and are not yet counted in, and of which kinds there are any.
    private var pending: [UInt32]
    private var touched: [Int] = []

    init(_ rows: ColdRows, columnCount: Int) {
        ranks = [UInt32](repeating: 0, count: columnCount)
        pending = [UInt32](repeating: 0, count: rows.layout.kindList.count)
        places = [Place](repeating: Place(), count: columnCount)
        columns = [ColdColumn?](repeating: nil, count: columnCount)
        copies = [(code: Int, part: Int, offset: Int)](repeating: (-1, -1, 0), count: columnCount)
    }

    mutating func beginPart() { part += 1 }

    /// Goes to the next row. Ranks are right after `settle`.
    @inline(__always)
    mutating func step(_ rows: ColdRows) {
        let kind = Int(rows.kinds[row])
        if pending[kind] == 0 { touched.append(kind) }
        pending[kind] &+= 1
        row += 1
    }

    /// Counts in the rows that were stepped over, all of one kind at once.
    mutating func settle(_ rows: ColdRows) {
        for index in touched {
            let kind = rows.layout.kindList[index]
            let count = pending[index]
            pending[index] = 0
            if kind.template == 0 {
                bodies += 2 * Int(count)
            } else {
                let template = rows.layout.templates[kind.template - 1]
                for place in template.firstColumn..<template.firstColumn + template.count {
                    ranks[Int(rows.layout.columns[place])] &+= count
                }
            }
            for column in rows.layout.derived[kind.shape] { ranks[column] &+= count }
            explicit += 2 * rows.layout.explicit[kind.shape] * Int(count)
        }
        touched.removeAll(keepingCapacity: true)
    }
}
