import EventModel

/// The rows of the second transaction.
enum Conclusions {
    static func write(_ commit: CorrelationCommit, _ connection: Connection, now: Timestamp) throws {
        for finding in commit.findings { try write(finding, connection, now) }
        for delivery in commit.deliveries { try write(delivery, connection) }
        for group in commit.groups { try write(group.key, group.state, connection) }
        for change in commit.risk { try EntityRiskTable.write(change, connection) }
        if let routed = commit.routedChanges {
            try connection.run(
                "INSERT INTO engine VALUES ('routed_changes', ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
                [.integer(routed)])
        }
        try connection.run(
            "UPDATE engine SET value = max(value, ?) WHERE name = 'correlated_through'", [.integer(commit.through)])
        if let snapshot = commit.snapshot {
            try connection.run(
                """
                INSERT INTO snapshot VALUES (1, ?, ?)
                ON CONFLICT DO UPDATE SET sequence = excluded.sequence, data = excluded.data
                """,
                [.integer(commit.through), .blob(snapshot)])
            try write(commit.states, connection)
        }
    }

    /// What people decided about a finding survives its new states.
    private static func write(_ tracked: TrackedFinding, _ connection: Connection, _ now: Timestamp) throws {
        let finding = tracked.finding
        try check(tracked, connection)
        try connection.run(
            """
            INSERT INTO findings (
                uid, rule_id, level, first_seen, last_seen, count, created_at, updated_at, json, episode, number, previous, base,
                since, risk, drill)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET rule_id = excluded.rule_id, level = excluded.level, first_seen = excluded.first_seen,
                last_seen = excluded.last_seen, count = excluded.count, updated_at = excluded.updated_at, json = excluded.json,
                risk = excluded.risk
            """,
            [
                .text(finding.uid), .text(finding.rule.id), .count(finding.rule.level.severityID),
                .integer(finding.firstSeen.microseconds), .integer(finding.lastSeen.microseconds), .count(finding.count),
                .integer(now.microseconds), .integer(now.microseconds), .text(finding.json), .text(tracked.episode),
                .count(tracked.number), .optional(tracked.previous), .count(tracked.base), .optional(tracked.since?.microseconds),
                .count(finding.risk), .optional(finding.drill),
            ])
    }

    /// A person may have closed it, or opened it again, since it was looked at: then it is another question what becomes of it.
    private static func check(_ tracked: TrackedFinding, _ connection: Connection) throws {
        guard let standing = tracked.standing else { return }
        let state = try connection.row("SELECT state FROM findings WHERE uid = ?", [.text(standing.uid)]) { $0.text(0) }
        guard state == standing.status.rawValue else {
            throw StoreError(.changed, path: connection.path, detail: "the finding \(standing.uid) was changed meanwhile")
        }
    }

    private static func write(_ delivery: NewDelivery, _ connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO deliveries (id, endpoint, thread, body, content_type, path, next_at, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(delivery.id), .text(delivery.endpoint), .text(delivery.thread), .text(delivery.body),
                .text(delivery.contentType), .text(delivery.path), .integer(delivery.createdAt.microseconds),
                .integer(delivery.createdAt.microseconds),
            ])
        for finding in delivery.findings {
            try connection.run(
                "INSERT OR IGNORE INTO delivery_findings VALUES (?, ?)", [.text(finding), .text(delivery.id)])
        }
    }

    private static func write(_ tables: [String: StateChange], _ connection: Connection) throws {
        for name in try connection.rows("SELECT DISTINCT name FROM state_pages", [], { $0.text(0) })
        where tables[name]?.isWhole ?? true {
            try connection.run("DELETE FROM state_pages WHERE name = ?", [.text(name)])
        }
        for (name, change) in tables.sorted(by: { $0.key < $1.key }) {
            for page in change.pages {
                if page.bytes.isEmpty {
                    try connection.run("DELETE FROM state_pages WHERE name = ? AND page = ?", [.text(name), .count(page.number)])
                } else {
                    try connection.run(
                        "INSERT INTO state_pages VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data",
                        [.text(name), .count(page.number), .blob(page.bytes)])
                }
            }
        }
    }

    private static func write(_ group: String, _ state: String?, _ connection: Connection) throws {
        guard let state else {
            return try connection.run("DELETE FROM notification_groups WHERE key = ?", [.text(group)])
        }
        try connection.run(
            "INSERT INTO notification_groups VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state",
            [.text(group), .text(state)])
    }
}
