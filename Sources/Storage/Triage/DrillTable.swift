public import EventModel

/// Drills as SQL reads and writes them.
enum DrillTable {
    private static let columns =
        "id, scenario, door, started_by, started_at, ends_at, accepted_at, outcome, summary"

    /// The latest that were started, the latest first.
    static func latest(_ connection: Connection, limit: Int) throws -> [StoredDrill] {
        try connection.rows("SELECT \(columns) FROM drills ORDER BY number DESC LIMIT ?", [.count(limit)], read)
    }

    static func drill(_ connection: Connection, id: String) throws -> StoredDrill? {
        try connection.row("SELECT \(columns) FROM drills WHERE id = ?", [.text(id)], read)
    }

    private static func read(_ row: Statement) -> StoredDrill {
        StoredDrill(
            id: row.text(0), scenario: row.text(1), door: row.text(2), startedBy: row.text(3),
            startedAt: Timestamp(microseconds: row.integer(4)), endsAt: Timestamp(microseconds: row.integer(5)),
            acceptedAt: row.optionalInteger(6).map(Timestamp.init(microseconds:)),
            // The table's CHECK allows no other.
            outcome: row.optionalText(7).flatMap(StoredDrill.Outcome.init(rawValue:)), summary: row.text(8))
    }

    static func insert(_ drill: StoredDrill, _ connection: Connection) throws {
        try connection.run(
            "INSERT INTO drills (id, scenario, door, started_by, started_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(drill.id), .text(drill.scenario), .text(drill.door), .text(drill.startedBy),
                .integer(drill.startedAt.microseconds), .integer(drill.endsAt.microseconds),
            ])
    }
}

extension StoreWriter {
    /// Takes notice of drills that were started: from now on their marks hold.
    public func acceptDrills(at now: Timestamp) throws {
        try perform {
            try $0.run("UPDATE drills SET accepted_at = ? WHERE accepted_at IS NULL", [.integer(now.microseconds)])
        }
    }

    /// The latest drills, the latest first.
    public func drills(limit: Int) throws -> [StoredDrill] { try perform { try DrillTable.latest($0, limit: limit) } }
}

extension StoreReader {
    /// The latest drills, the latest first.
    public func drills(limit: Int) throws -> [StoredDrill] {
        try StoreError.translating(files.database) { try DrillTable.latest(connection, limit: limit) }
    }

    public func drill(id: String) throws -> StoredDrill? {
        try StoreError.translating(files.database) { try DrillTable.drill(connection, id: id) }
    }
}

extension TriageStore {
    /// Announces a drill. Its mark holds once it is accepted.
    public func add(_ drill: StoredDrill) throws {
        try Self.check([drill.id, drill.scenario, drill.door, drill.startedBy])
        try transaction { try DrillTable.insert(drill, connection) }
    }

    /// Ends a drill.
    public func finish(drill id: String, _ outcome: StoredDrill.Outcome, summary: String) throws {
        try Self.check([summary])
        try transaction {
            try connection.run(
                "UPDATE drills SET outcome = ?, summary = ? WHERE id = ? AND outcome IS NULL",
                [.text(outcome.rawValue), .text(summary), .text(id)])
            guard connection.changes == 1 else { throw TriageError("there is no drill \(id) that has not ended") }
        }
    }
}
