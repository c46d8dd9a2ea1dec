import CSQLite

/// What SQLite answered to a call, and to which statement.
package struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The extended result code (sqlite.org/rescode.html).
    package var code: Int32
    package var message: String
    /// The statement, or the call, that failed; parameters are not part of it.
    package var sql: String

    package init(code: Int32, message: String, sql: String) {
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// The low byte of the code: what kind of failure, without the detail.
    package var primaryCode: Int32 { code & 0xff }
    /// The disk or the store's own size limit is full; nothing was changed.
    package var isFull: Bool { primaryCode == SQLITE_FULL }
    /// A row does not have what its table demands.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT || primaryCode == SQLITE_MISMATCH }
    /// Another connection holds the lock.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
    /// The file is no SQLite database, or its pages contradict each other.
    package var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }
    /// There is no such file, or it cannot be opened.
    package var isMissing: Bool { primaryCode == SQLITE_CANTOPEN }
    /// The file cannot be read as it is, though it may be sound: a bad sector, a right that is missing, a full disk on which a
    /// transaction that was cut off cannot be taken back.
    package var isUnreadable: Bool { [SQLITE_IOERR, SQLITE_FULL, SQLITE_READONLY, SQLITE_PERM].contains(primaryCode) }
    /// `Connection.interrupter` stopped the statement.
    package var isInterrupt: Bool { primaryCode == SQLITE_INTERRUPT }

    package var description: String { "sqlite error \(code): \(message), in: \(sql)" }
}
