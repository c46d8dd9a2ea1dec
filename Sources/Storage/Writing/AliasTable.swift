import EventModel

/// The table of what events have taught of the names of accounts.
enum AliasTable {
    private static let columns = """
        product, tenant, kind, name, target, first_time, first_source, first_sequence, last_time, last_source, last_sequence
        """

    /// Writes what the events of a batch teach. One that the store had before taught it then.
    static func write(_ batch: EventBatch, sequences: [Int64], _ connection: Connection) throws {
        for lesson in batch.lessons where sequences.indices.contains(lesson.row) && sequences[lesson.row] != 0 {
            let teacher = teacher(of: lesson, batch, sequences)
            // Earlier and later by time alone, so that the order of arrival does not matter.
            try connection.run(
                """
                INSERT INTO aliases VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6, ?7, ?8)
                ON CONFLICT DO UPDATE SET
                    first_source = iif(?6 < first_time, ?7, first_source),
                    first_sequence = iif(?6 < first_time, ?8, first_sequence),
                    first_time = min(?6, first_time),
                    last_source = iif(?6 > last_time, ?7, last_source),
                    last_sequence = iif(?6 > last_time, ?8, last_sequence),
                    last_time = max(?6, last_time)
                """,
                [
                    .text(lesson.product), .text(lesson.tenant), .integer(Int64(lesson.kind.rawValue)), .text(lesson.name),
                    .text(lesson.target), .integer(teacher.time.microseconds), .text(teacher.source), .integer(teacher.sequence),
                ])
        }
    }

    private static func teacher(of lesson: IdentityLesson, _ batch: EventBatch, _ sequences: [Int64]) -> LearnedAlias.Teacher {
        LearnedAlias.Teacher(time: lesson.time, source: batch.source.name, sequence: sequences[lesson.row])
    }

    /// Everything, what was seen last first.
    static func read(_ connection: Connection, limit: Int) throws -> [LearnedAlias] {
        try rows("ORDER BY last_time DESC LIMIT ?", [.count(limit)], connection)
    }

    /// Everything, in parts, in no order.
    static func read(_ connection: Connection, _ body: ([LearnedAlias]) -> Void) throws {
        var part: [LearnedAlias] = []
        let statement = try connection.statement("SELECT \(columns) FROM aliases")
        defer { statement.reset() }
        while try statement.step() {
            if let alias = alias(statement) { part.append(alias) }
            if part.count == 4_096 {
                body(part)
                part = []
            }
        }
        body(part)
    }

    /// The names of an address or id.
    static func read(target: String, _ connection: Connection, limit: Int) throws -> [LearnedAlias] {
        try rows("WHERE target = ? ORDER BY product, name, last_time LIMIT ?", [.text(target), .count(limit)], connection)
    }

    /// What a name of a product belongs to, in all tenants.
    static func read(product: String, name: String, _ connection: Connection, limit: Int) throws -> [LearnedAlias] {
        // With the kinds, the key's columns up to the name are given.
        try rows(
            "WHERE product = ? AND kind IN (1, 2, 3) AND name = ? ORDER BY last_time DESC LIMIT ?",
            [.text(product), .text(name), .count(limit)], connection)
    }

    private static func rows(_ clauses: String, _ values: [SQLiteValue], _ connection: Connection) throws -> [LearnedAlias] {
        try connection.rows("SELECT \(columns) FROM aliases \(clauses)", values) { alias($0) }.compactMap { $0 }
    }

    /// A row's alias; nil if its kind is none, as in a damaged store.
    private static func alias(_ row: Statement) -> LearnedAlias? {
        IdentityLesson.Kind(rawValue: Int(row.integer(2))).map { kind in
            LearnedAlias(
                product: row.text(0), tenant: row.text(1), kind: kind, name: row.text(3), target: row.text(4),
                first: teacher(row, 5), last: teacher(row, 8))
        }
    }

    private static func teacher(_ row: Statement, _ column: Int) -> LearnedAlias.Teacher {
        LearnedAlias.Teacher(
            time: Timestamp(microseconds: row.integer(column)), source: row.text(column + 1), sequence: row.integer(column + 2))
    }

    /// Forgets the names of an address or id, and what a name belongs to. A name that is forgotten belongs to nothing else, too:
    /// what was learned of it is not trusted.
    static func forget(_ name: String, _ connection: Connection) throws -> [LearnedAlias] {
        var found = try read(target: name, connection, limit: .max)
        if let colon = name.firstIndex(of: ":") {
            found += try read(
                product: String(name[..<colon]), name: String(name[name.index(after: colon)...]), connection, limit: .max)
        }
        var forgotten: Set<LearnedAlias> = []
        for alias in found {
            let key: [SQLiteValue] = [
                .text(alias.product), .integer(Int64(alias.kind.rawValue)), .text(alias.name), .text(alias.tenant),
            ]
            let condition = "product = ? AND kind = ? AND name = ? AND tenant = ?"
            forgotten.formUnion(try rows("WHERE \(condition)", key, connection))
            try connection.run("DELETE FROM aliases WHERE \(condition)", key)
        }
        return forgotten.sorted { ($0.product, $0.name, $0.target) < ($1.product, $1.name, $1.target) }
    }

    /// Leaves so many names at most, those that were seen last.
    static func trim(to limit: Int, _ connection: Connection) throws {
        let excess = (try connection.integer("SELECT count(*) FROM aliases") ?? 0) - Int64(limit)
        guard excess > 0 else { return }
        try connection.run(
            """
            DELETE FROM aliases WHERE (product, kind, name, tenant, target) IN (
                SELECT product, kind, name, tenant, target FROM aliases ORDER BY last_time LIMIT ?)
            """, [.integer(excess)])
    }
}
