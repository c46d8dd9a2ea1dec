import EventModel

/// Sorts rows into groups and adds up: what `stats`, `top` and `timechart` have in common. Takes columns as well as rows.
class GroupOperator: RowOperator {
    let grouping: Grouping
    let limits: SearchLimits
    let table: GroupTable
    let keepsMissing: Bool

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

    /// Takes the rows of a batch column by column, without a row an event. False, and nothing is done, if the stage needs more
    /// than the columns hold: then rows must be made.
    ///
    /// - Parameter columns: the batch's columns by slot; those of times have none.
    func add(_ batch: ColumnBatch, columns: [Int: Int]) throws(SearchFailure) -> Bool {
        try addColumns(batch, columns)
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
