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
        let cold = try connection.row(
            """
            SELECT count(*), coalesce(sum(count), 0), coalesce(sum(raw_bytes), 0), coalesce(sum(stored_bytes), 0), min(min_time),
                max(max_time) FROM cold_blocks
            """
        ) { row in
            ((0..<4).map { Int(row.integer($0)) }, row.optionalInteger(4), row.optionalInteger(5))
        }
        let numbers = cold?.0 ?? [0, 0, 0, 0]
        let oldest = [blocks?.2, cold?.1].compactMap { $0 }.compactMap { $0 }.min()
        let newest = [blocks?.3, cold?.2].compactMap { $0 }.compactMap { $0 }.max()
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let pageSize = try connection.integer("PRAGMA page_size") ?? 0
        return StoreSummary(
            blocks: (blocks?.0 ?? 0) + numbers[0], events: (blocks?.1 ?? 0) + numbers[1],
            oldest: oldest.map { .init(microseconds: $0) }, newest: newest.map { .init(microseconds: $0) },
            bytes: Int(pages * pageSize), coldBlocks: numbers[0], coldEvents: numbers[1], coldRawBytes: numbers[2],
            coldBytes: numbers[3])
    }
}
