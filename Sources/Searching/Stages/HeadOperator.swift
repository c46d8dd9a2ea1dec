/// Lets the first few rows pass.
final class HeadOperator: RowOperator {
    private var rest: Int

    init(_ count: Int) { rest = count }

    override func add(_ row: SearchRow) throws {
        guard rest > 0 else { return }
        rest -= 1
        try next?.add(row)
    }

    override var isDone: Bool { rest == 0 || super.isDone }
}
