import EventModel

/// Small questions that both writer and reader answer.
enum StoreQueries {
    static func cursor(_ connection: Connection, _ name: String) throws -> String? {
        try connection.row("SELECT value FROM cursors WHERE name = ?", [.text(name)]) { $0.text(0) }
    }

    static func cursors(_ connection: Connection) throws -> [String: String] {
        let rows = try connection.rows("SELECT name, value FROM cursors") { ($0.text(0), $0.text(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    static func summary(_ connection: Connection) throws -> StoreSummary {
        let blocks = try connection.row(
            "SELECT count(*), coalesce(sum(count), 0), min(min_time), max(max_time) FROM blocks"
        ) {
            (Int($0.integer(0)), Int($0.integer(1)), $0.optionalInteger(2), $0.optionalInteger(3))
        }
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let pageSize = try connection.integer("PRAGMA page_size") ?? 0
        return StoreSummary(
            blocks: blocks?.0 ?? 0, events: blocks?.1 ?? 0,
            oldest: blocks?.2.map { .init(microseconds: $0) }, newest: blocks?.3.map { .init(microseconds: $0) },
            bytes: Int(pages * pageSize))
    }
}
