public import EventModel
import FoundationEssentials

/// A finding with what the store knows about it.
public struct StoredFinding: Sendable, Equatable {
    public var finding: Finding
    public var status: FindingStatus
    public var assignee: String?
    public var verdict: Verdict?
    public var closedAt: Timestamp?
    /// The closed finding of the same episode that it follows.
    public var previous: String?
    /// 0 to 100.
    public var risk: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    static let columns = "json, state, assignee, verdict, closed_at, previous, risk, created_at, updated_at"

    init(_ row: Statement, path: String) throws {
        do {
            finding = try JSONDecoder().decode(Finding.self, from: Data(row.textBytes(0)))
        } catch {
            throw StoreError(.damaged, path: path, detail: "a row of the table findings: \(error)")
        }
        status = FindingStatus(rawValue: row.text(1)) ?? .new
        assignee = row.optionalText(2)
        verdict = row.optionalText(3).flatMap(Verdict.init(rawValue:))
        closedAt = row.optionalInteger(4).map(Timestamp.init(microseconds:))
        previous = row.optionalText(5)
        risk = Int(row.integer(6))
        createdAt = Timestamp(microseconds: row.integer(7))
        updatedAt = Timestamp(microseconds: row.integer(8))
    }

    static func read(_ connection: Connection, uid: String, path: String) throws -> StoredFinding? {
        try connection.row("SELECT \(columns) FROM findings WHERE uid = ?", [.text(uid)]) { try StoredFinding($0, path: path) }
    }
}

/// Which findings to list.
public struct FindingFilter: Sendable, Equatable {
    public enum Drills: Sendable, Equatable {
        case none, only, with
        case one(String)
    }

    public enum Order: Sendable {
        case lastSeen, risk
    }

    /// The beginning of the uid, as people type it; empty for any.
    public var uidPrefix = ""
    public var rule: String?
    public var minimumLevel: Level?
    /// Empty for any.
    public var statuses: Set<FindingStatus> = []
    public var assignee: String?
    public var verdict: Verdict?
    /// A value that the finding's events have in common: an identity, an address.
    public var entity: String?
    /// Findings of drills, left out unless they are asked for.
    public var drills = Drills.none
    /// Last seen from `since` on, before `until`.
    public var since: Timestamp?
    public var until: Timestamp?
    /// The highest first.
    public var order = Order.lastSeen
    public var limit = 1_000

    public init() {}
}

extension StoreReader {
    /// Findings in the order of the filter.
    public func findings(_ filter: FindingFilter = FindingFilter()) throws -> [StoredFinding] {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func add(_ condition: String, _ given: SQLiteValue...) {
            conditions.append(condition)
            values += given
        }
        if !filter.uidPrefix.isEmpty {
            // Not LIKE: the prefix may hold its wildcards.
            add("substr(uid, 1, ?) = ?", .count(filter.uidPrefix.unicodeScalars.count), .text(filter.uidPrefix))
        }
        if let rule = filter.rule { add("rule_id = ?", .text(rule)) }
        if let level = filter.minimumLevel { add("level >= ?", .count(level.severityID)) }
        if !filter.statuses.isEmpty {
            let marks = filter.statuses.map { _ in "?" }.joined(separator: ", ")
            // By the index in the order of the list: sorting all that are open takes longer, the more there are.
            conditions.append("+state IN (\(marks))")
            if !filter.statuses.contains(.closed) { conditions.append("state != 'closed'") }
            values += filter.statuses.map(\.rawValue).sorted().map { .text($0) }
        }
        if let assignee = filter.assignee { add("assignee = ?", .text(assignee)) }
        if let verdict = filter.verdict { add("verdict = ?", .text(verdict.rawValue)) }
        if let entity = filter.entity {
            add(
                "EXISTS (SELECT 1 FROM json_each(findings.json, '$.group') WHERE json_extract(value, '$.value') = ?)",
                .text(entity))
        }
        switch filter.drills {
        case .none: conditions.append("drill IS NULL")
        case .only: conditions.append("drill IS NOT NULL")
        case .with: break
        case .one(let id): add("drill = ?", .text(id))
        }
        if let since = filter.since { add("last_seen >= ?", .integer(since.microseconds)) }
        if let until = filter.until { add("last_seen < ?", .integer(until.microseconds)) }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        let order =
            switch filter.order {
            case .lastSeen: "last_seen DESC, uid"
            case .risk: "risk DESC, last_seen DESC, uid"
            }
        values.append(.count(filter.limit))
        return try StoreError.translating(files.database) {
            try connection.rows(
                "SELECT \(StoredFinding.columns) FROM findings WHERE \(condition) ORDER BY \(order) LIMIT ?", values
            ) { try StoredFinding($0, path: files.database) }
        }
    }

    /// The finding with this uid; nil if there is none.
    public func finding(uid: String) throws -> StoredFinding? {
        try StoreError.translating(files.database) { try StoredFinding.read(connection, uid: uid, path: files.database) }
    }
}
