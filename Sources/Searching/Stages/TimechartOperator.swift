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
            rows &+= 1
            if hasSeries { codes.add(row) }
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

/// `sessions`: runs of rows of one group with gaps of at most so long, whatever the order in which the rows come. The latest
/// begun first.
final class SessionsOperator: RowOperator {
    private struct Session {
        var start: Int64
        var end: Int64
        var count: Int
    }

    private let gap: Int64
    private let grouping: Grouping
    private let limits: SearchLimits
    private var sessions: [GroupKey: [Session]] = [:]
    private var keys: [GroupKey: [FieldValue]] = [:]
    private var count = 0

    init(gap: Int64, _ grouping: Grouping, limits: SearchLimits) {
        self.gap = gap
        self.grouping = grouping
        self.limits = limits
    }

    override func add(_ row: SearchRow) throws {
        let values = grouping.slots.map { row.values[$0] }
        for key in try GroupKey.combinations(values, keepsMissing: false, limits: limits) {
            let group = GroupKey(key)
            if keys[group] == nil { keys[group] = key }
            let before = sessions[group]?.count ?? 0
            Self.insert(row.time.microseconds, gap: gap, into: &sessions[group, default: []])
            count += (sessions[group]?.count ?? 0) - before
            if count > limits.groups {
                throw SearchFailure(
                    "there are more than \(limits.groups) sessions; ask for a shorter time, filter more, or a longer gap=")
            }
        }
    }

    /// Adds a time to sessions that stand in order, at least `gap` apart; joins two when it closes the gap between them.
    private static func insert(_ time: Int64, gap: Int64, into sessions: inout [Session]) {
        // The first session that does not end too long before the time.
        var low = 0
        var high = sessions.count
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].end < time - gap { low = middle + 1 } else { high = middle }
        }
        guard low < sessions.count, sessions[low].start <= time + gap else {
            sessions.insert(Session(start: time, end: time, count: 1), at: low)
            return
        }
        sessions[low].start = min(sessions[low].start, time)
        sessions[low].end = max(sessions[low].end, time)
        sessions[low].count += 1
        guard low + 1 < sessions.count, sessions[low + 1].start - sessions[low].end <= gap else { return }
        sessions[low].end = sessions[low + 1].end
        sessions[low].count += sessions[low + 1].count
        sessions.remove(at: low + 1)
    }

    override func finish() throws {
        var rows: [(session: Session, key: [FieldValue])] = []
        for (group, list) in sessions {
            for session in list { rows.append((session, keys[group] ?? [])) }
        }
        rows.sort { a, b in
            a.session.start != b.session.start ? a.session.start > b.session.start : FieldValue.precedes(a.key, b.key)
        }
        for (number, row) in rows.enumerated() {
            if next?.isDone == true { break }
            let session = row.session
            var values = row.key + [
                .time(Timestamp(microseconds: session.start)), .time(Timestamp(microseconds: session.end)),
                FieldValue.number(Double(session.end - session.start) / 1_000_000).whole, .integer(Int64(session.count)),
            ]
            while values.count < grouping.width { values.append(.null) }
            try next?.add(SearchRow(values: values, time: Timestamp(microseconds: session.start), sequence: Int64(number)))
        }
        try next?.finish()
    }
}
