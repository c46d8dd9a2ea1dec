/// Lets the last few rows pass: a ring of them.
final class TailOperator: RowOperator {
    private let count: Int
    private var held: HeldRows
    private var oldest = 0

    init(_ count: Int, limits: SearchLimits) {
        self.count = count
        held = HeldRows(stage: "tail", limits: limits)
    }

    override func add(_ row: SearchRow) throws {
        if held.rows.count < count {
            try held.append(row)
        } else {
            oldest = held.replace(at: oldest, with: row)
        }
    }

    override func finish() throws {
        for row in held.rows[oldest...] + held.rows[..<oldest] { try next?.add(row) }
        try next?.finish()
    }
}
