import CSQLite

/// One connection to a SQLite database. Belongs to one actor, whose executor may block (`ConnectionExecutor`).
package final class Connection {
    package enum Access: Sendable {
        case readOnly
        /// For reading a file with a rollback journal: a transaction that a crash cut off is taken back first, where the file's
        /// permissions allow it. Without that the file cannot be read at all.
        case readRecovering
        case readWrite
    }

    package let path: String
    private let handle: DatabaseHandle
    private var statements: [String: Statement] = [:]
    private var isInTransaction = false

    /// Statements that are kept prepared. The store has some forty; more than this would be a query built from input.
    static let maximumStatements = 128

    /// Opens the file, which must exist unless `access` is `readWrite`.
    /// - Parameter busyTimeout: milliseconds to wait for another connection's lock.
    package init(path: String, access: Access, busyTimeout: Int32 = 5_000) throws {
        self.path = path
        let mode =
            switch access {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readRecovering: SQLITE_OPEN_READWRITE
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        // One connection is never used by two threads at once, so SQLite's own mutexes are left out.
        handle = try DatabaseHandle(path: path, flags: mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE)
        sqlite3_busy_timeout(handle.pointer, busyTimeout)
    }

    deinit {
        for statement in statements.values { statement.finalize() }
    }

    /// - Parameter milliseconds: to wait for another connection's lock from now on.
    func setBusyTimeout(_ milliseconds: Int32) { sqlite3_busy_timeout(handle.pointer, milliseconds) }

    /// For stopping a long statement from elsewhere.
    package var interrupter: Interrupter { Interrupter(handle: handle) }
    package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle.pointer) }
    /// Rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes64(handle.pointer)) }

    /// Runs statements without parameters and without results, separated by semicolons.
    package func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle.pointer, sql, nil, nil, nil)
        if code != SQLITE_OK { throw error(code, sql) }
    }

    /// A prepared statement, from the cache if it was used before, without parameters bound. Use it up before asking for it
    /// again.
    package func statement(_ sql: String) throws -> Statement {
        if let known = statements[sql] {
            known.reset()
            return known
        }
        if statements.count >= Self.maximumStatements {
            for statement in statements.values { statement.finalize() }
            statements.removeAll()
        }
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(handle.pointer, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw error(code, sql) }
        let statement = Statement(pointer, database: handle, sql: sql)
        statements[sql] = statement
        return statement
    }

    /// Runs a statement that gives no rows.
    package func run(_ sql: String, _ values: [SQLiteValue] = []) throws {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() {}
    }

    /// The rows of a query, each as `read` makes it.
    package func rows<Row>(_ sql: String, _ values: [SQLiteValue] = [], _ read: (Statement) throws -> Row) throws -> [Row] {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(values)
        var rows: [Row] = []
        while try statement.step() { rows.append(try read(statement)) }
        return rows
    }

    /// The first row of a query, or nil if it has none.
    package func row<Row>(_ sql: String, _ values: [SQLiteValue] = [], _ read: (Statement) throws -> Row) throws -> Row? {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(values)
        return try statement.step() ? try read(statement) : nil
    }

    /// The first column of a query's first row.
    package func integer(_ sql: String, _ values: [SQLiteValue] = []) throws -> Int64? {
        try row(sql, values) { $0.isNull(0) ? nil : $0.integer(0) } ?? nil
    }

    /// Runs `body` in a transaction that takes the write lock at once; on an error nothing of it remains. Transactions do not
    /// nest.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        precondition(!isInTransaction, "transactions do not nest")
        try run("BEGIN IMMEDIATE")
        isInTransaction = true
        defer { isInTransaction = false }
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // SQLite may have rolled back by itself (disk full, I/O error): then there is nothing to do.
            // If even that fails, the first error says more, and the next BEGIN will fail.
            if sqlite3_get_autocommit(handle.pointer) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body` in a read transaction, so that all of its queries see the store as of one moment. The log cannot be emptied
    /// as long: a listing's time, not a search's.
    package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        precondition(!isInTransaction, "transactions do not nest")
        try run("BEGIN")
        isInTransaction = true
        defer {
            isInTransaction = false
            // Nothing was written: there is nothing that could fail to be.
            try? run("COMMIT")
        }
        return try body()
    }

    /// Copies the database, what is in its write-ahead log included, over an empty file, in one read transaction: others write on
    /// meanwhile.
    func copy(to path: String) throws {
        let target = try DatabaseHandle(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE)
        guard let backup = sqlite3_backup_init(target.pointer, "main", handle.pointer, "main") else {
            throw SQLiteError(
                code: sqlite3_errcode(target.pointer), message: String(cString: sqlite3_errmsg(target.pointer)),
                sql: "copy to \(path)")
        }
        let step = sqlite3_backup_step(backup, -1)
        let code = sqlite3_backup_finish(backup)
        if step != SQLITE_DONE || code != SQLITE_OK {
            let failed = code == SQLITE_OK ? step : code
            throw SQLiteError(code: failed, message: String(cString: sqlite3_errstr(failed)), sql: "copy to \(path)")
        }
    }

    private func error(_ code: Int32, _ sql: String) -> SQLiteError {
        SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle.pointer)), sql: sql)
    }
}
