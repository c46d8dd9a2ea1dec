import EventModel
import Matching

extension StoreReader {
    /// Runs a query in SQL over the store's tables, `SQLTables`. Rows are given as they are found.
    ///
    /// Conditions on times, on numbers of events and on equality of fields, and `ORDER BY time`, are passed down to the blocks;
    /// in cold ones only the columns that the query uses are read.
    /// - Parameters:
    ///   - onColumns: is given the names of the result's columns, once, before any row.
    ///   - onRow: is given a row's values; what it throws ends the query.
    /// - Returns: what was read; a block that was read twice counts twice.
    /// - Throws: `SQLFailure`, `StoreError`, or `CancellationError`.
    @discardableResult
    public func query(
        _ request: SQLRequest, onColumns: @Sendable ([String]) throws -> Void,
        onRow: @Sendable ([SQLValue]) throws -> Void
    ) throws -> SearchTotals {
        guard request.text.utf8.count <= SQLRequest.maximumLength else {
            throw SQLFailure(.tooMuch, "the query has more than \(SQLRequest.maximumLength) bytes")
        }
        return try StoreError.translating(files.database) {
            let names = SQLNames(request.text)
            let fields = QueryFields(catalog.paths)
            let schema = try EventsSchema(names, fields: fields, isLax: request.isLax)
            let table = try EventsTable(
                own, schema, since: request.since, until: request.until, takesNumbers: !names.hasCast)
            let session = try SQLSession(request, events: table, findings: try findings(names))
            do {
                try session.run(onColumns: onColumns, onRow: onRow)
            } catch let failure as SQLFailure {
                throw failure.suggesting(from: fields)
            }
            return table.totals
        }
    }

    private func findings(_ names: SQLNames) throws -> [StoredFinding]? {
        guard names.names.contains(where: { EventsSchema.fold($0.text) == FindingsTable.name }) else { return nil }
        var filter = FindingFilter()
        filter.drills = .with
        filter.limit = FindingsTable.maximumRows + 1
        let found = try findings(filter)
        guard found.count <= FindingsTable.maximumRows else {
            throw SQLFailure(.tooMuch, "there are more than \(FindingsTable.maximumRows) findings")
        }
        return found
    }
}

/// The tables that queries in SQL know.
public enum SQLTables {
    public struct Column: Sendable {
        public var table: String
        public var name: String
        public var type: String
        public var note: String
    }

    /// The columns, table by table. Of those of `events` that are fields only the ones with a name of their own.
    public static let columns: [Column] =
        EventsSchema.standard.map { column in
            Column(
                table: EventsSchema.name, name: column.name, type: column.type,
                note: column.note + (column.isHidden ? " (not in SELECT *)" : ""))
        }
        + FieldAliases.paths.sorted { $0.key < $1.key }.filter { alias in
            !EventsSchema.standard.contains { $0.name == alias.key }
        }.map { alias, paths in
            // A word of SQL.
            let name = alias == "group" ? "\"group\"" : alias
            return Column(table: EventsSchema.name, name: name, type: "any", note: paths.joined(separator: ", else "))
        }
        + [
            Column(
                table: EventsSchema.name, name: "\"any.path\"", type: "any",
                note: "OCSF's field of that path, or else the vendor's; \"raw.any.path\": the vendor's alone"),
        ]
        + FindingsTable.columns.map { Column(table: FindingsTable.name, name: $0.name, type: $0.type, note: $0.note) }

    /// Functions beside SQLite's own.
    public static let functions: [(name: String, note: String)] = SQLFunctions.notes
}
