import EventModel
import Matching

/// Makes SQLite's messages say what to do.
struct SQLHints {
    private let query: String
    private let schema: EventsSchema

    init(_ query: String, _ schema: EventsSchema) {
        self.query = query
        self.schema = schema
    }

    private static let noColumn = "no such column: "
    private static let noTable = "no such table: "
    private let tables = [EventsSchema.name, FindingsTable.name]

    func improve(_ message: String, at offset: Int?) -> SQLFailure {
        guard message.hasPrefix(Self.noColumn) else {
            // Told before anything is asked of the guard.
            if message.hasSuffix(" may not be modified") { return SQLFailure(.refused, SQLGuard.readsOnly, at: offset) }
            var failure = SQLFailure(.wrong, message, at: offset)
            if message.hasPrefix(Self.noTable) {
                let name = String(message.dropFirst(Self.noTable.count))
                failure.expected = [NearestName.find(name, in: tables) ?? tables.joined(separator: " or ")]
            }
            if message == "near \".\": syntax error" { failure.expected = ["names with points in double quotes"] }
            return failure
        }
        let name = String(message.dropFirst(Self.noColumn.count))
        if schema.given.contains(EventsSchema.fold(name)) {
            return SQLFailure(
                .wrong, "\(name) is a field, but stands behind AS: give the result's column another name", at: offset)
        }
        var failure = SQLFailure(.unknownColumn, message, at: offset)
        // A text in double quotes, as other databases take it.
        if let offset, query.utf8.dropFirst(offset).first == UInt8(ascii: "\""), !name.contains(".") {
            failure.expected = ["texts in single quotes: '\(name)'"]
        }
        return failure
    }
}

extension SQLFailure {
    /// For an unknown column: its name as the query has it.
    private var column: String? {
        guard code == .unknownColumn, let colon = message.firstIndex(of: ":") else { return nil }
        return String(message[colon...].dropFirst(2))
    }

    /// The failure with the name that was probably meant.
    func suggesting(from fields: QueryFields) -> SQLFailure {
        guard let name = column else { return self }
        var failure = self
        if name.contains("."), fields.contains(name) {
            failure.expected = ["the name in double quotes: \"\(name)\""]
            return failure
        }
        // Behind the name of a table stands the column's.
        let last = name.split(separator: ".").last.map(String.init) ?? name
        let standard = EventsSchema.standard.map(\.name) + FindingsTable.columns.map(\.name)
        if let near = NearestName.find(last, in: standard) ?? fields.nearest(to: name) ?? fields.nearest(to: last) {
            failure.expected = [near.contains(".") ? "\"\(near)\"" : near]
        }
        return failure
    }
}
