import EventModel

/// The rows of the second transaction.
enum Conclusions {
    static func write(_ commit: CorrelationCommit, _ connection: Connection, now: Timestamp) throws {
        for finding in commit.findings { try write(finding, connection, now) }
        for delivery in commit.deliveries { try write(delivery, connection) }
        try connection.run(
            "UPDATE engine SET value = max(value, ?) WHERE name = 'correlated_through'", [.integer(commit.through)])
        if let snapshot = commit.snapshot {
            try connection.run(
                """
                INSERT INTO snapshot VALUES (1, ?, ?)
                ON CONFLICT DO UPDATE SET sequence = excluded.sequence, data = excluded.data
                """,
                [.integer(commit.through), .blob(snapshot)])
        }
    }

    /// What people decided about a finding (its state) survives its new versions.
    private static func write(_ finding: Finding, _ connection: Connection, _ now: Timestamp) throws {
        try connection.run(
            """
            INSERT INTO findings (uid, rule_id, level, first_seen, last_seen, count, created_at, updated_at, json)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET rule_id = excluded.rule_id, level = excluded.level, first_seen = excluded.first_seen,
                last_seen = excluded.last_seen, count = excluded.count, updated_at = excluded.updated_at, json = excluded.json
            """,
            [
                .text(finding.uid), .text(finding.rule.id), .count(finding.rule.level.severityID),
                .integer(finding.firstSeen.microseconds), .integer(finding.lastSeen.microseconds), .count(finding.count),
                .integer(now.microseconds), .integer(now.microseconds), .text(finding.json),
            ])
    }

    private static func write(_ delivery: NewDelivery, _ connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO deliveries (id, endpoint, finding_uid, body, next_at, created_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(delivery.id), .text(delivery.endpoint), .text(delivery.findingUID), .text(delivery.body),
                .integer(delivery.createdAt.microseconds), .integer(delivery.createdAt.microseconds),
            ])
    }
}
