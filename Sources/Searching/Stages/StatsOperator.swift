/// `stats`: a row a group, in the order of the groups' values.
final class StatsOperator: GroupOperator {
    init(_ grouping: Grouping, limits: SearchLimits) {
        super.init(stage: "stats", grouping, keepsMissing: true, limits: limits)
    }

    override func finish() throws {
        // Without groups there is one answer, even to nothing.
        if grouping.slots.isEmpty && table.count == 0 { _ = try table.group([]) }
        let order = (0..<table.count).sorted { FieldValue.precedes(table.keys[$0], table.keys[$1]) }
        try finish(order.map { table.keys[$0] + table.values(of: $0) })
    }
}
