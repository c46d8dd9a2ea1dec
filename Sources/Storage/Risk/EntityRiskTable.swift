public import EventModel

/// The table `entity_risk`.
enum EntityRiskTable {
    private static let columns = "field, value, findings, points, at, state"
    /// Points are stored as whole thousandths.
    private static let unit = 1_000.0

    static func write(_ change: EntityRiskChange, _ connection: Connection) throws {
        guard let row = change.row else {
            return try connection.run(
                "DELETE FROM entity_risk WHERE field = ? AND value = ?", [.text(change.field), .text(change.value)])
        }
        try connection.run(
            """
            INSERT INTO entity_risk (\(columns)) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (value, field) DO UPDATE SET findings = excluded.findings, points = excluded.points, at = excluded.at,
                state = excluded.state
            """,
            [
                .text(row.field), .text(row.value), .count(row.findings),
                .integer(Int64(max(0, min(1e15, row.points * unit)).rounded())), .integer(row.at.microseconds), .text(row.state),
            ])
    }

    /// All of them; `state` is left empty where it is not asked for.
    static func rows(_ connection: Connection, withState: Bool, field: String?, value: String?) throws -> [EntityRiskRow] {
        // Written out, so that the index is used.
        let conditions = [(field, "field = ?"), (value, "value = ?")].filter { $0.0 != nil }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.map(\.1).joined(separator: " AND ")
        return try connection.rows(
            """
            SELECT field, value, findings, points, at, \(withState ? "state" : "''") FROM entity_risk\(condition)
            ORDER BY field, value
            """,
            conditions.map { .optional($0.0) }, read)
    }

    private static func read(_ row: Statement) -> EntityRiskRow {
        EntityRiskRow(
            field: row.text(0), value: row.text(1), findings: Int(row.integer(2)), points: Double(row.integer(3)) / unit,
            at: Timestamp(microseconds: row.integer(4)), state: row.text(5))
    }
}

extension StoreWriter {
    /// The risk of all entities, as last committed.
    public func entityRisk() throws -> [EntityRiskRow] {
        try perform { try EntityRiskTable.rows($0, withState: true, field: nil, value: nil) }
    }
}

extension StoreReader {
    /// The risk of entities by field and value, without what it is made of.
    public func entityRisk(field: String? = nil) throws -> [EntityRiskRow] {
        try StoreError.translating(files.database) {
            try EntityRiskTable.rows(connection, withState: false, field: field, value: nil)
        }
    }

    /// The risk of the entities that have this value, in whichever field or in one, with what it is made of.
    public func entityRisk(value: String, field: String? = nil) throws -> [EntityRiskRow] {
        try StoreError.translating(files.database) {
            try EntityRiskTable.rows(connection, withState: true, field: field, value: value)
        }
    }
}
