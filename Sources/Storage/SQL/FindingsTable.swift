import EventModel

/// The table `findings`: a copy in memory, made for queries that name it.
enum FindingsTable {
    static let name = "findings"
    /// More findings than this are not copied.
    static let maximumRows = 200_000

    /// The columns, as `CREATE TABLE` and as `siemctl sql --schema` have them.
    static let columns: [(name: String, type: String, note: String)] = [
        ("uid", "TEXT", "its name for itself"),
        ("rule", "TEXT", "the rule's id"),
        ("title", "TEXT", "the rule's title"),
        ("level", "TEXT", "informational, low, medium, high or critical"),
        ("severity_id", "INTEGER", "the level as OCSF's number, 1 to 5"),
        ("kind", "TEXT", "event, or the type of correlation"),
        ("state", "TEXT", "new, acknowledged or closed"),
        ("assignee", "TEXT", "who has taken it"),
        ("verdict", "TEXT", "what it was closed as"),
        ("risk", "INTEGER", "0 to 100"),
        ("count", "INTEGER", "how many events extend it"),
        ("first_seen", "TEXT", "time of its first event, as events.time"),
        ("last_seen", "TEXT", "time of its latest event"),
        ("created_at", "TEXT", "when it was raised"),
        ("updated_at", "TEXT", "when it was last extended"),
        ("reason", "TEXT", "why it was raised, in a sentence"),
        ("groups", "TEXT", "the values that its events have in common, a JSON object by field"),
        ("evidence", "TEXT", "a JSON array of the numbers of its events, as events.sequence"),
        ("tags", "TEXT", "a JSON array of the rule's tags"),
        ("drill", "TEXT", "the id of the drill that raised it"),
    ]

    private static let times: Set<String> = ["first_seen", "last_seen", "created_at", "updated_at"]

    static func declaration() -> String {
        let parts = columns.map { column in
            "\"\(column.name)\" \(column.type)" + (times.contains(column.name) ? " COLLATE \(SQLTime.collation)" : "")
        }
        return "CREATE TABLE \(name)(\(parts.joined(separator: ", ")))"
    }

    /// One finding's row, in the order of the columns.
    static func row(_ stored: StoredFinding) -> [SQLiteValue] {
        let finding = stored.finding
        return [
            .text(finding.uid), .text(finding.rule.id), .text(finding.rule.title), .text(finding.rule.level.rawValue),
            .count(finding.rule.level.severityID), .text(finding.kind), .text(stored.status.rawValue), .optional(stored.assignee),
            .optional(stored.verdict?.rawValue), .count(stored.risk), .count(finding.count),
            .text(SQLTime.text(finding.firstSeen)), .text(SQLTime.text(finding.lastSeen)),
            .text(SQLTime.text(stored.createdAt)), .text(SQLTime.text(stored.updatedAt)), .text(finding.reason),
            .text(groups(finding)), .text(array(finding.evidence.map { .integer($0.sequence) })),
            .text(array(finding.rule.tags.map { .text($0) })), .optional(finding.drill),
        ]
    }

    private static func groups(_ finding: Finding) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for group in finding.group { writer.member(group.field, group.value) }
        writer.endObject()
        return writer.text
    }

    private enum Member {
        case integer(Int64)
        case text(String)
    }

    private static func array(_ members: [Member]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for member in members {
            switch member {
            case .integer(let number): writer.integer(number)
            case .text(let text): writer.string(text)
            }
        }
        writer.endArray()
        return writer.text
    }
}
