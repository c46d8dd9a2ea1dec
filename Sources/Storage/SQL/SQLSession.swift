import CSQLite
import EventModel

// Unsafe: a statement's columns are valid until its next step.

/// A connection to an empty database in memory that lives for one query, and knows the store's tables. The store's own files are
/// read by its reader alone.
final class SQLSession {
    private let database: DatabaseHandle
    private let events: EventsTable
    private let guardian: SQLGuard
    private let query: String

    /// Bytes that one value may have: a record of 16 MiB as an OCSF document, with room for its escapes.
    private static let maximumValue: Int32 = 256 << 20

    /// Bytes of a pattern for LIKE or GLOB, of which each wildcard takes a call within a call.
    private static let maximumPattern: Int32 = 4_096
    /// Up to 3.40 SQLite takes texts of different lengths for different ones there, whatever the collation says: a time of the
    /// one spelling would not be found by the other.
    private static let bloomFilters: UInt32 = 0x0008_0000

    /// - Parameter findings: the rows of that table; nil if the query does not name it.
    init(_ request: SQLRequest, events: EventsTable, findings: [StoredFinding]?) throws {
        query = request.text
        self.events = events
        database = try DatabaseHandle(
            path: ":memory:",
            flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
                | SQLITE_OPEN_PRIVATECACHE)
        guardian = SQLGuard(memory: request.memory)
        let settings: [(Int32, Int32)] = [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
            (SQLITE_DBCONFIG_ENABLE_VIEW, 0), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
            // A name in quotes that nobody knows is an error, no text.
            (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
        ]
        for (setting, value) in settings { _ = perimeter_sqlite3_set(database.pointer, setting, value) }
        _ = perimeter_sqlite3_forgo(database.pointer, Self.bloomFilters)
        sqlite3_limit(database.pointer, SQLITE_LIMIT_LENGTH, Self.maximumValue)
        sqlite3_limit(database.pointer, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, Self.maximumPattern)
        sqlite3_limit(database.pointer, SQLITE_LIMIT_ATTACHED, 0)
        sqlite3_limit(database.pointer, SQLITE_LIMIT_WORKER_THREADS, 0)
        try SQLFunctions.register(on: database)
        try EventsModule.register(events, on: database)
        if let findings { try fill(findings) }
        // Sorting in memory, within the guard's bound: logs have no business in temporary files.
        try execute("PRAGMA temp_store = MEMORY; PRAGMA query_only = ON")
        // To SQLite it is a change of its schema when a table of functions comes into being, which the guard would refuse.
        try execute("SELECT 1 FROM \(EventsSchema.name), json_each('[]'), json_tree('[]') LIMIT 0")
        guardian.watch(database)
    }

    deinit {
        sqlite3_set_authorizer(database.pointer, nil, nil)
        sqlite3_progress_handler(database.pointer, 0, nil, nil)
    }

    private func execute(_ sql: String) throws {
        let code = sqlite3_exec(database.pointer, sql, nil, nil, nil)
        if code != SQLITE_OK {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(database.pointer)), sql: sql)
        }
    }

    private func fill(_ findings: [StoredFinding]) throws {
        try execute(FindingsTable.declaration())
        let marks = FindingsTable.columns.map { _ in "?" }.joined(separator: ", ")
        let sql = "INSERT INTO \(FindingsTable.name) VALUES (\(marks))"
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(database.pointer, sql, -1, 0, &pointer, nil)
        guard code == SQLITE_OK, let pointer else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(database.pointer)), sql: sql)
        }
        let statement = Statement(pointer, database: database, sql: sql)
        defer { statement.finalize() }
        try execute("BEGIN")
        for finding in findings {
            try statement.bind(FindingsTable.row(finding))
            _ = try statement.step()
            statement.reset()
        }
        try execute("COMMIT")
    }

    // MARK: - The query

    /// Runs the query.
    /// - Parameters:
    ///   - onColumns: is given the names of the columns, once, before any row.
    ///   - onRow: what it throws ends the query.
    func run(onColumns: ([String]) throws -> Void, onRow: ([SQLValue]) throws -> Void) throws {
        let statement = try prepare()
        defer { sqlite3_finalize(statement) }
        let count = sqlite3_column_count(statement)
        try onColumns((0..<count).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" })
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code) }
            try onRow((0..<count).map { Self.value(statement, $0) })
        }
    }

    private func prepare() throws -> OpaquePointer {
        // SQLite would read no further.
        if let place = query.utf8.firstIndex(of: 0) {
            let offset = query.utf8.distance(from: query.utf8.startIndex, to: place)
            throw SQLFailure(.wrong, "a NUL byte has no place in a query", at: offset)
        }
        var text = query
        return try text.withUTF8 { bytes in
            try bytes.withMemoryRebound(to: CChar.self) { characters in
                var offset = 0
                var found: OpaquePointer?
                // Behind the statement only blanks, comments and semicolons may follow: SQLite makes no statement of them.
                while offset < characters.count {
                    var statement: OpaquePointer?
                    var tail: UnsafePointer<CChar>?
                    let start = characters.baseAddress.unsafelyUnwrapped + offset
                    let code = sqlite3_prepare_v3(
                        database.pointer, start, Int32(characters.count - offset), 0, &statement, &tail)
                    if code != SQLITE_OK {
                        sqlite3_finalize(found)
                        throw failure(code, from: offset)
                    }
                    if let statement {
                        guard found == nil else {
                            sqlite3_finalize(found)
                            sqlite3_finalize(statement)
                            throw SQLFailure(.wrong, "one statement is all that a query can be", at: offset)
                        }
                        found = statement
                    }
                    guard let tail, tail > start else { break }
                    offset += tail - start
                }
                guard let found else { throw SQLFailure(.wrong, "the query is empty", at: 0) }
                do { try check(found) } catch {
                    sqlite3_finalize(found)
                    throw error
                }
                return found
            }
        }
    }

    private func check(_ statement: OpaquePointer) throws(SQLFailure) {
        guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0 else {
            throw SQLFailure(.refused, SQLGuard.readsOnly)
        }
        guard sqlite3_bind_parameter_count(statement) == 0 else {
            throw SQLFailure(.wrong, "a parameter has no value here: write the value in its place")
        }
    }

    private static func value(_ statement: OpaquePointer, _ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(statement, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            return .blob([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))))
        default: return .null
        }
    }

    // MARK: - Failures

    /// What SQLite's error means to the one who asked.
    /// - Parameter start: where in the query the statement begins.
    private func failure(_ code: Int32, from start: Int = 0) -> any Error {
        if let failure = events.failure {
            events.failure = nil
            return failure
        }
        if guardian.isCancelled { return CancellationError() }
        let message = String(cString: sqlite3_errmsg(database.pointer))
        let place = sqlite3_error_offset(database.pointer)
        let offset = place < 0 ? nil : start + Int(place)
        if let refusal = guardian.refusal { return SQLFailure(.refused, refusal, at: offset) }
        if guardian.isTooLarge || code & 0xff == SQLITE_NOMEM {
            return SQLFailure(
                .tooMuch, "the query takes more memory than it may have: narrow it down, or sort and group fewer rows")
        }
        if code & 0xff == SQLITE_TOOBIG { return SQLFailure(.tooMuch, message) }
        return SQLHints(query, events.schema).improve(message, at: offset)
    }
}
