/// `top` and `rare`: the groups by their counts, and each one's share of all rows that have the fields.
final class TopOperator: GroupOperator {
    private let count: Int
    private let isRare: Bool

    init(_ count: Int, isRare: Bool, _ grouping: Grouping, limits: SearchLimits) {
        self.count = count
        self.isRare = isRare
        super.init(stage: isRare ? "rare" : "top", grouping, keepsMissing: false, limits: limits)
    }

    override func finish() throws {
        let counts = (0..<table.count).map { Int(table.values(of: $0)[0].number ?? 0) }
        let total = counts.reduce(0, +)
        let order = (0..<table.count).sorted { a, b in
            if counts[a] != counts[b] { return (counts[a] > counts[b]) != isRare }
            return FieldValue.precedes(table.keys[a], table.keys[b])
        }
        try finish(order.prefix(count).map { group in
            let share = (Double(counts[group]) * 10_000 / Double(total)).rounded() / 100
            return table.keys[group] + [.integer(Int64(counts[group])), FieldValue.number(share).whole]
        })
    }
}
