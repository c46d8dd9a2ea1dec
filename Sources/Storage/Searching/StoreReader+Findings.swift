public import EventModel
import FoundationEssentials

/// A finding with what the store knows about it.
public struct StoredFinding: Sendable, Equatable {
    public var finding: Finding
    /// `new` until a person decides otherwise.
    public var state: String
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
}

/// Which findings to list.
public struct FindingFilter: Sendable, Equatable {
    /// The beginning of the uid, as people type it; empty for any.
    public var uidPrefix = ""
    public var rule: String?
    public var minimumLevel: Level?
    public var state: String?
    /// Last seen from `since` on, before `until`.
    public var since: Timestamp?
    public var until: Timestamp?
    public var limit = 1_000

    public init() {}
}

extension StoreReader {
    /// Findings, the latest seen first.
    public func findings(_ filter: FindingFilter = FindingFilter()) throws -> [StoredFinding] {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func add(_ condition: String, _ value: SQLiteValue) {
            conditions.append(condition)
            values.append(value)
        }
        if !filter.uidPrefix.isEmpty {
            // Not LIKE: the prefix may hold its wildcards.
            add("substr(uid, 1, ?) = ", .count(filter.uidPrefix.unicodeScalars.count))
            conditions[conditions.count - 1] += "?"
            values.append(.text(filter.uidPrefix))
        }
        if let rule = filter.rule { add("rule_id = ?", .text(rule)) }
        if let level = filter.minimumLevel { add("level >= ?", .count(level.severityID)) }
        if let state = filter.state { add("state = ?", .text(state)) }
        if let since = filter.since { add("last_seen >= ?", .integer(since.microseconds)) }
        if let until = filter.until { add("last_seen < ?", .integer(until.microseconds)) }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        values.append(.count(filter.limit))
        return try StoreError.translating(files.database) {
            try connection.rows(
                """
                SELECT json, state, created_at, updated_at FROM findings WHERE \(condition)
                ORDER BY last_seen DESC, uid LIMIT ?
                """, values, readFinding)
        }
    }

    /// The finding with this uid; nil if there is none.
    public func finding(uid: String) throws -> StoredFinding? {
        try StoreError.translating(files.database) {
            try connection.row(
                "SELECT json, state, created_at, updated_at FROM findings WHERE uid = ?", [.text(uid)], readFinding)
        }
    }

    private func readFinding(_ row: Statement) throws -> StoredFinding {
        let finding: Finding
        do {
            finding = try JSONDecoder().decode(Finding.self, from: Data(row.textBytes(0)))
        } catch {
            throw StoreError(.damaged, path: files.database, detail: "a row of the table findings: \(error)")
        }
        return StoredFinding(
            finding: finding, state: row.text(1), createdAt: Timestamp(microseconds: row.integer(2)),
            updatedAt: Timestamp(microseconds: row.integer(3)))
    }
}
