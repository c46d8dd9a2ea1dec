/// Computes a column.
final class EvalOperator: RowOperator {
    private let slot: Int
    private let expression: ScalarExpression

    init(slot: Int, _ expression: ScalarExpression) {
        self.slot = slot
        self.expression = expression
    }

    override func add(_ row: SearchRow) throws {
        var row = row
        row.values[slot] = expression.value(row.values)
        try next?.add(row)
    }
}
