import EventModel

// Hot path: `add(_:columns:)`.

/// Sorts rows into groups and adds up: what `stats`, `top` and `timechart` have in common. Takes columns as well as rows.
class GroupOperator: RowOperator {
    let grouping: Grouping
    let limits: SearchLimits
    let table: GroupTable
    private let keepsMissing: Bool

    /// - Parameter keepsMissing: whether rows that lack a value of the `by` fields form groups too.
    init(stage: String, _ grouping: Grouping, keepsMissing: Bool, limits: SearchLimits) {
        self.grouping = grouping
        self.limits = limits
        self.keepsMissing = keepsMissing
        table = GroupTable(stage: stage, aggregates: grouping.aggregates, limits: limits)
    }

    override var approximateCount: Int { table.approximateCount }

    /// The values that a row is grouped by.
    func keys(of row: SearchRow) throws(SearchFailure) -> [FieldValue] { grouping.slots.map { row.values[$0] } }

    override func add(_ row: SearchRow) throws {
        let keys = try keys(of: row)
        for key in try GroupKey.combinations(keys, keepsMissing: keepsMissing, limits: limits) {
            let group = try table.group(key)
            for (index, aggregate) in grouping.aggregates.enumerated() {
                guard let slot = aggregate.slot else {
                    table.addCount(1, group: group, aggregate: index)
                    continue
                }
                try table.add(row.values[slot], time: row.time, sequence: row.sequence, group: group, aggregate: index)
            }
        }
    }

    // MARK: Columns

    /// Counts the rows of a batch by their codes, without a row an event. False, and nothing is done, if the stage has to look at
    /// more than codes: then rows must be made.
    ///
    /// - Parameter columns: the batch's columns by slot; those of times have none.
    func add(_ batch: ColumnBatch, columns: [Int: Int]) throws(SearchFailure) -> Bool {
        guard grouping.aggregates.allSatisfy({ $0.slot == nil }), grouping.slots.count <= 1 else { return false }
        guard let slot = grouping.slots.first else {
            if batch.count > 0 { try count(batch.count, []) }
            return true
        }
        guard let place = columns[slot] else { return false }
        let column = batch.columns[place]
        var codes = CodeCounts(column)
        for row in 0..<batch.count { codes.add(row) }
        try flush(&codes, after: [])
        return true
    }

    /// Adds what was counted to the groups whose keys begin with `prefix`.
    final func flush(_ codes: inout CodeCounts, after prefix: [FieldValue]) throws(SearchFailure) {
        for code in codes.touched { try count(codes.take(code), prefix + [codes.column.values[code]]) }
        codes.touched.removeAll(keepingCapacity: true)
        if codes.missing > 0 && keepsMissing { try count(codes.missing, prefix + [.null]) }
        codes.missing = 0
    }

    final func count(_ rows: Int, _ key: [FieldValue]) throws(SearchFailure) {
        let group = try table.group(key)
        for index in grouping.aggregates.indices { table.addCount(rows, group: group, aggregate: index) }
    }

    // MARK: Results

    /// A row of the result, with room for what later stages add.
    func row(_ values: [FieldValue], number: Int) -> SearchRow {
        let room = [FieldValue](repeating: .null, count: max(grouping.width - values.count, 0))
        return SearchRow(values: values + room, time: Timestamp(microseconds: Int64(number)), sequence: Int64(number))
    }

    func finish(_ rows: [[FieldValue]]) throws {
        for (number, values) in rows.enumerated() {
            if next?.isDone == true { break }
            try next?.add(row(values, number: number))
        }
        try next?.finish()
    }
}

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

extension FieldValue {
    /// The order of groups; equal numbers of different spellings (7 and "7.0") stand by those.
    static func precedes(_ a: [FieldValue], _ b: [FieldValue]) -> Bool {
        for (left, right) in zip(a, b) {
            let order = left.order(to: right)
            if order != 0 { return order < 0 }
            if left != right, left.text != right.text { return left.text < right.text }
        }
        return false
    }
}
