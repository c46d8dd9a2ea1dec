/// Lets the first few rows of each combination of values pass.
final class DedupOperator: RowOperator {
    private let count: Int
    private let slots: [Int]
    private let limits: SearchLimits
    private var seen: [GroupKey: Int] = [:]

    init(_ count: Int, slots: [Int], limits: SearchLimits) {
        self.count = count
        self.slots = slots
        self.limits = limits
    }

    override func add(_ row: SearchRow) throws {
        let key = GroupKey(slots.map { row.values[$0] })
        let number = seen[key, default: 0]
        if number == 0 && seen.count >= limits.groups {
            throw SearchFailure(
                "dedup has more than \(limits.groups) combinations of values; ask for a shorter time, or filter more")
        }
        guard number < count else { return }
        seen[key] = number + 1
        try next?.add(row)
    }
}
