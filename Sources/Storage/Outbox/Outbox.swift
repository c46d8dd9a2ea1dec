import EventModel

/// The queue of deliveries in the database. Deliveries of one finding to one endpoint go in the order in which they were owed.
enum Outbox {
    static func due(_ connection: Connection, endpoint: String, now: Timestamp, limit: Int) throws -> [DueDelivery] {
        try connection.rows(
            """
            SELECT id, endpoint, thread, body, content_type, path, attempts, created_at FROM deliveries AS d
            WHERE state = 'pending' AND endpoint = ? AND next_at <= ?
                AND NOT EXISTS (SELECT 1 FROM endpoints WHERE name = d.endpoint)
                AND NOT EXISTS (
                    SELECT 1 FROM deliveries AS earlier WHERE earlier.state = 'pending' AND earlier.endpoint = d.endpoint
                        AND earlier.thread = d.thread AND earlier.number < d.number)
            ORDER BY next_at, number LIMIT ?
            """,
            [.text(endpoint), .integer(now.microseconds), .count(limit)]
        ) {
            DueDelivery(
                id: $0.text(0), endpoint: $0.text(1), thread: $0.text(2), body: $0.text(3), contentType: $0.text(4),
                path: $0.text(5), attempts: Int($0.integer(6)), createdAt: Timestamp(microseconds: $0.integer(7)))
        }
    }

    /// When the next pending delivery of an endpoint that is served becomes due after `now`.
    static func nextDue(_ connection: Connection, endpoint: String, after now: Timestamp) throws -> Timestamp? {
        try connection.integer(
            """
            SELECT next_at FROM deliveries AS d WHERE state = 'pending' AND endpoint = ? AND next_at > ?
                AND NOT EXISTS (SELECT 1 FROM endpoints WHERE name = d.endpoint)
                AND NOT EXISTS (
                    SELECT 1 FROM deliveries AS earlier WHERE earlier.state = 'pending' AND earlier.endpoint = d.endpoint
                        AND earlier.thread = d.thread AND earlier.number < d.number)
            ORDER BY next_at LIMIT 1
            """,
            [.text(endpoint), .integer(now.microseconds)]
        ).map(Timestamp.init(microseconds:))
    }

    /// Ends an attempt. False if the delivery is not pending (any more): then nothing is changed.
    static func settle(
        _ connection: Connection, id: String, state: DeliveryState, nextAt: Timestamp? = nil, error: String? = nil,
        deliveredAt: Timestamp? = nil, receipt: String? = nil
    ) throws -> Bool {
        func cut(_ text: String) -> String { String(decoding: text.utf8.prefix(StoreLimits.maximumErrorBytes), as: UTF8.self) }
        try connection.run(
            """
            UPDATE deliveries SET state = ?, attempts = attempts + 1, next_at = coalesce(?, next_at), last_error = ?,
                delivered_at = ?, receipt = ? WHERE id = ? AND state = 'pending'
            """,
            [
                .text(state.rawValue), .optional(nextAt?.microseconds), .optional(error.map(cut)),
                .optional(deliveredAt?.microseconds), .optional(receipt.map(cut)), .text(id),
            ])
        return connection.changes == 1
    }

    static func stats(_ connection: Connection) throws -> [OutboxStats] {
        var stats: [String: OutboxStats] = [:]
        _ = try connection.rows("SELECT endpoint, state, count(*), min(created_at) FROM deliveries GROUP BY endpoint, state") {
            let endpoint = $0.text(0)
            var entry = stats[endpoint] ?? OutboxStats(endpoint: endpoint)
            let count = Int($0.integer(2))
            switch DeliveryState(rawValue: $0.text(1)) {
            case .pending?:
                entry.pending = count
                entry.oldestPending = Timestamp(microseconds: $0.integer(3))
            case .delivered?: entry.delivered = count
            case .dead?: entry.dead = count
            // The table's CHECK allows no other.
            case nil: break
            }
            stats[endpoint] = entry
        }
        _ = try connection.rows("SELECT name, disabled_reason FROM endpoints") {
            stats[$0.text(0), default: OutboxStats(endpoint: $0.text(0))].disabledReason = $0.text(1)
        }
        return stats.values.sorted { $0.endpoint < $1.endpoint }
    }

    /// How many deliveries were given up, by endpoint.
    static func deadCounts(_ connection: Connection) throws -> [String: Int] {
        let rows = try connection.rows(
            "SELECT endpoint, count(*) FROM deliveries INDEXED BY deliveries_dead WHERE state = 'dead' GROUP BY endpoint"
        ) { ($0.text(0), Int($0.integer(1))) }
        return Dictionary(rows) { first, _ in first }
    }

    /// Endpoints that nothing is sent to, with the reasons.
    static func disabled(_ connection: Connection) throws -> [String: String] {
        let rows = try connection.rows("SELECT name, disabled_reason FROM endpoints") { ($0.text(0), $0.text(1)) }
        return Dictionary(rows) { first, _ in first }
    }

    private static let record = "id, endpoint, thread, state, attempts, next_at, last_error, created_at, delivered_at, receipt"

    /// Those that tell of a finding, in the order in which they were owed.
    static func deliveries(_ connection: Connection, findingUID: String) throws -> [DeliveryRecord] {
        try records(
            connection,
            """
            SELECT \(record) FROM deliveries WHERE id IN (SELECT delivery_id FROM delivery_findings WHERE finding_uid = ?)
            ORDER BY number
            """, [.text(findingUID)])
    }

    /// The latest ones that fit, the latest first.
    static func deliveries(_ connection: Connection, _ filter: DeliveryFilter) throws -> [DeliveryRecord] {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func add(_ condition: String, _ value: SQLiteValue) {
            conditions.append(condition)
            values.append(value)
        }
        if let endpoint = filter.endpoint { add("endpoint = ?", .text(endpoint)) }
        if let state = filter.state { add("state = ?", .text(state.rawValue)) }
        if let since = filter.since { add("created_at >= ?", .integer(since.microseconds)) }
        if let id = filter.id { add("id = ?", .text(id)) }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        values.append(.count(filter.limit))
        return try records(
            connection, "SELECT \(record) FROM deliveries WHERE \(condition) ORDER BY number DESC LIMIT ?", values)
    }

    private static func records(_ connection: Connection, _ sql: String, _ values: [SQLiteValue]) throws -> [DeliveryRecord] {
        try connection.rows(sql, values) {
            DeliveryRecord(
                id: $0.text(0), endpoint: $0.text(1), thread: $0.text(2),
                // The table's CHECK allows no other.
                state: DeliveryState(rawValue: $0.text(3)) ?? .dead, attempts: Int($0.integer(4)),
                nextAt: Timestamp(microseconds: $0.integer(5)), lastError: $0.optionalText(6),
                createdAt: Timestamp(microseconds: $0.integer(7)),
                deliveredAt: $0.optionalInteger(8).map(Timestamp.init(microseconds:)), receipt: $0.optionalText(9))
        }
    }
}
