import EventModel
import Matching

/// The columns of the table `events`: some that every query sees, and one for each field that the query names.
struct EventsSchema {
    struct Column {
        enum Content {
            case sequence
            case time
            case microseconds
            /// The record as received.
            case raw
            /// The event as an OCSF document.
            case document
            /// The first of these fields that has a value.
            case field([FieldSelector])
        }

        var name: String
        var content: Content
        /// Left out of `SELECT *`.
        var isHidden: Bool
    }

    /// SQLite allows 2,000 columns of a table.
    static let maximumColumns = 1_000
    static let name = "events"

    private(set) var columns: [Column] = []
    /// Names that fields have, but the query gives to columns of its result before it uses them.
    private(set) var given: Set<String> = []

    /// What `SELECT *` gives, and the hidden ones that are there in any case.
    static let standard: [(name: String, type: String, isHidden: Bool, note: String)] = [
        ("sequence", "INTEGER", false, "the event's number in the store, its id"),
        ("time", "TEXT", false, "when it happened, RFC 3339 in UTC; compares as an instant, however it is written"),
        ("product", "any", false, "the product that it comes from"),
        ("source", "any", false, "the source that collected it"),
        ("class_uid", "any", false, "OCSF's number of its class"),
        ("action", "any", false, "what was done"),
        ("status", "any", false, "Success, Failure, …"),
        ("user", "any", false, "who did it, or to whom it was done"),
        ("ip", "any", false, "the address it came from"),
        ("app", "any", false, "the product, application or service"),
        ("message", "any", false, "what the product says of it"),
        ("time_us", "INTEGER", true, "microseconds since 1970"),
        ("raw", "TEXT", true, "the record as received"),
        ("ocsf", "TEXT", true, "the event as an OCSF document, for json_extract and the like"),
    ]

    /// - Parameters:
    ///   - names: those of the query.
    ///   - fields: the names that fields have.
    ///   - isLax: quoted names with a point are fields, whoever knows them.
    /// - Throws: if the query names too many.
    init(_ names: SQLNames, fields: QueryFields, isLax: Bool) throws(SQLFailure) {
        for column in Self.standard { add(column.name, isHidden: column.isHidden) }
        var known = Set(columns.map(\.name))
        for name in names.names {
            let folded = Self.fold(name.text)
            if known.contains(folded) || given.contains(folded) { continue }
            let isLaxField = isLax && name.isQuoted && name.text.contains(".")
            guard fields.contains(name.text) || isLaxField || FieldAliases.time.contains(folded) else { continue }
            // Else a query would mean something else as soon as events happen to have a field of the name that it gives to a
            // column of its result.
            if name.isGiven, FieldAliases.paths[folded] == nil {
                given.insert(folded)
                continue
            }
            guard columns.count < Self.maximumColumns else {
                throw SQLFailure(.tooMuch, "the query names more than \(Self.maximumColumns) fields")
            }
            known.insert(folded)
            add(name.text, isHidden: true)
        }
    }

    private mutating func add(_ name: String, isHidden: Bool) {
        let content: Column.Content
        switch Self.fold(name) {
        case "sequence": content = .sequence
        case "time_us": content = .microseconds
        case "raw": content = .raw
        case "ocsf": content = .document
        case let folded where FieldAliases.time.contains(folded): content = .time
        default: content = .field(FieldAliases.selectors(for: name))
        }
        columns.append(Column(name: name, content: content, isHidden: isHidden))
    }

    /// As SQLite tells names apart: without the case of ASCII letters.
    static func fold(_ name: String) -> String {
        String(decoding: name.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// What SQLite is told. Fields have no affinity: their values compare as what they are.
    var declaration: String {
        let parts = columns.map { column in
            let type =
                switch column.content {
                case .sequence, .microseconds: "INTEGER"
                case .time: "TEXT COLLATE \(SQLTime.collation)"
                case .raw, .document: "TEXT"
                case .field: "BLOB"
                }
            // SQLite takes the word for a part of the type.
            let hidden = column.isHidden ? type.replacing("TEXT", with: "TEXT HIDDEN") : type
            let name = column.name.replacing("\"", with: "\"\"")
            return "\"\(name)\" \(column.isHidden && hidden == type ? type + " HIDDEN" : hidden)"
        }
        return "CREATE TABLE \(Self.name)(\(parts.joined(separator: ", ")))"
    }
}
