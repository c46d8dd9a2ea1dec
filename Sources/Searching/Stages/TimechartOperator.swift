import EventModel

/// `timechart`: groups by buckets of time, which begin at multiples of the span since 1970 in UTC, and by one field more.
///
/// Without a field, buckets between the first and the last that have no events are given as well, counts as 0.
final class TimechartOperator: GroupOperator {
    private let span: Int64
    private let time: Int

    init(span: Int64, time: Int, _ grouping: Grouping, limits: SearchLimits) {
        self.span = span
        self.time = time
        super.init(stage: "timechart", grouping, keepsMissing: true, limits: limits)
    }

    override func keys(of row: SearchRow) throws(SearchFailure) -> [FieldValue] {
        let bucket: FieldValue
        if case .time(let time) = row.values[time] {
            bucket = .time(Timestamp(microseconds: ScalarFunction.floorDivide(time.microseconds, span) * span))
        } else {
            bucket = .null
        }
        return [bucket] + grouping.slots.map { row.values[$0] }
    }

    override func add(_ batch: ColumnBatch, columns: [Int: Int]) throws(SearchFailure) -> Bool {
        // Times that `eval` or `rename` put in place of the event's are in rows only; the event's own has no column.
        guard grouping.aggregates.allSatisfy({ $0.slot == nil }), batch.times.count == batch.count, columns[time] == nil else {
            return false
        }
        var codes = CodeCounts(ColumnBatch.Column(values: [], codes: []))
        let hasSeries = !grouping.slots.isEmpty
        if let slot = grouping.slots.first {
            guard let place = columns[slot] else { return false }
            codes = CodeCounts(batch.columns[place])
        }
        // Rows of one bucket mostly come one after the other.
        var bucket = Int64.min
        var rows = 0
        for row in 0..<batch.count {
            let next = ScalarFunction.floorDivide(batch.times[row].microseconds, span)
            if next != bucket {
                try flush(bucket, rows, &codes)
                (bucket, rows) = (next, 0)
            }
            let weight = batch.weights?[row] ?? 1
            rows &+= weight
            if hasSeries { codes.add(row, weight: weight) }
        }
        try flush(bucket, rows, &codes)
        return true
    }

    private func flush(_ bucket: Int64, _ rows: Int, _ codes: inout CodeCounts) throws(SearchFailure) {
        guard rows > 0 else { return }
        let key = [FieldValue.time(Timestamp(microseconds: bucket * span))]
        if grouping.slots.isEmpty { return try count(rows, key) }
        try flush(&codes, after: key)
    }

    override func finish() throws {
        let order = (0..<table.count).filter { !table.keys[$0][0].isNull }
            .sorted { FieldValue.precedes(table.keys[$0], table.keys[$1]) }
        let rows = order.map { table.keys[$0] + table.values(of: $0) }
        try finish(grouping.slots.isEmpty ? try filled(rows) : rows)
    }

    private func filled(_ rows: [[FieldValue]]) throws(SearchFailure) -> [[FieldValue]] {
        guard case .time(let first)? = rows.first?[0], case .time(let last)? = rows.last?[0] else { return rows }
        let buckets = (last - first) / span + 1
        guard buckets <= limits.timeBuckets else {
            throw SearchFailure(
                "timechart has \(buckets) buckets, more than \(limits.timeBuckets); give it a longer span= than "
                    + TimeSpanText.text(span))
        }
        let empty = grouping.aggregates.map { AggregateState($0.function).value($0.function) }
        var filled: [[FieldValue]] = []
        var rest = rows[...]
        for number in 0..<buckets {
            let bucket = FieldValue.time(first + number * span)
            if rest.first?[0] == bucket {
                filled.append(rest.removeFirst())
            } else {
                filled.append([bucket] + empty)
            }
        }
        return filled
    }
}
