import CSQLite

// Unsafe: `pointer` is an open database from `init` to `deinit`.

/// Owns an open `sqlite3`, and closes it with its last reference.
final class DatabaseHandle: @unchecked Sendable {
    // Sendable because only `sqlite3_interrupt` is called from other threads than the connection's, which SQLite allows as long
    // as the database is open: whoever can call it holds this object.
    let pointer: OpaquePointer

    init(path: String, flags: Int32) throws {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw SQLiteError(code: code, message: message, sql: "open \(path)")
        }
        pointer = opened
        sqlite3_extended_result_codes(opened, 1)
    }

    // Close later than the last statement if need be: that is what v2 is for.
    deinit { sqlite3_close_v2(pointer) }
}

/// Stops, from any thread, what a connection is doing at the moment.
package struct Interrupter: Sendable {
    let handle: DatabaseHandle

    /// The running statement ends with an error whose `isInterrupt` is true; without a running one nothing happens.
    package func interrupt() { sqlite3_interrupt(handle.pointer) }
}
