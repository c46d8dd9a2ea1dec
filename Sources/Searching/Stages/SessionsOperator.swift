import EventModel

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
