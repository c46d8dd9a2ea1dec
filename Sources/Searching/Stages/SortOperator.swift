/// Puts rows in order; rows that are equal in it stay as they came. With a `head` behind it holds only about twice as many.
final class SortOperator: RowOperator {
    private let keys: [SortKey]
    private let count: Int?
    private var held: HeldRows
    /// With so many rows it is time to let those go that cannot be among the first.
    private let threshold: Int

    /// - Parameter count: how many rows the stages behind it take; nil for all.
    init(_ keys: [SortKey], count: Int?, limits: SearchLimits) {
        self.keys = keys
        self.count = count
        threshold = min(max(2 * min(count ?? 0, limits.heldRows), 1_024), limits.heldRows)
        held = HeldRows(stage: "sort", limits: limits)
    }

    override func add(_ row: SearchRow) throws {
        try held.append(row)
        if let count, held.rows.count >= threshold { held.keep(count, by: precedes) }
    }

    override func finish() throws {
        held.keep(count ?? .max, by: precedes)
        for row in held.rows {
            if next?.isDone == true { break }
            try next?.add(row)
        }
        try next?.finish()
    }

    /// Missing values stand last in either direction.
    private func precedes(_ a: SearchRow, _ b: SearchRow) -> Bool {
        for key in keys {
            let (left, right) = (a.values[key.slot], b.values[key.slot])
            if left.isNull != right.isNull { return right.isNull }
            let order = left.order(to: right)
            if order != 0 { return key.isDescending ? order > 0 : order < 0 }
        }
        return false
    }
}
