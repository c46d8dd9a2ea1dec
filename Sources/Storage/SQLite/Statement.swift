import CSQLite

// Unsafe: `pointer` is a prepared statement until `finalize`; column pointers are valid until the next `step` or `reset`.

/// A prepared statement of one connection, and the row that it stands on.
package final class Statement {
    private let pointer: OpaquePointer
    private let database: DatabaseHandle
    private let sql: String

    init(_ pointer: OpaquePointer, database: DatabaseHandle, sql: String) {
        self.pointer = pointer
        self.database = database
        self.sql = sql
    }

    /// Frees the statement; it must not be used after.
    func finalize() { sqlite3_finalize(pointer) }

    /// Leaves the row it stands on, and forgets its parameters.
    package func reset() {
        // Both repeat the last step's error, which was thrown then.
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    /// Binds the parameters from the first on.
    package func bind(_ values: [SQLiteValue]) throws {
        for (index, value) in values.enumerated() {
            switch value {
            case .null: try check(sqlite3_bind_null(pointer, Int32(index + 1)))
            case .integer(let number): try bind(index + 1, number)
            case .text(let text): try bind(index + 1, text)
            case .blob(let bytes):
                try bytes.withUnsafeBytes {
                    // An empty array has no address, and no address would mean NULL.
                    let start = $0.baseAddress ?? UnsafeRawPointer(pointer)
                    try check(sqlite3_bind_blob64(pointer, Int32(index + 1), start, UInt64($0.count), Self.transient))
                }
            }
        }
    }

    /// Binds a number to a parameter, counted from 1.
    package func bind(_ index: Int, _ number: Int64) throws {
        try check(sqlite3_bind_int64(pointer, Int32(index), number))
    }

    package func bind(_ index: Int, _ text: String) throws {
        var text = text
        try text.withUTF8 { utf8 in
            try utf8.withMemoryRebound(to: CChar.self) {
                try check(
                    sqlite3_bind_text64(
                        pointer, Int32(index), $0.baseAddress, UInt64($0.count), Self.transient, UInt8(SQLITE_UTF8)))
            }
        }
    }

    /// Binds bytes without a copy: they must stay where they are until `reset`.
    package func bind(_ index: Int, unowned bytes: UnsafeRawBufferPointer) throws {
        let start = bytes.baseAddress ?? UnsafeRawPointer(pointer)
        try check(sqlite3_bind_blob64(pointer, Int32(index), start, UInt64(bytes.count), nil))
    }

    /// Goes to the next row; false if there is none.
    package func step() throws -> Bool {
        let code = sqlite3_step(pointer)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw error(code)
        }
    }

    package func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }
    package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }
    package func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    /// The text of a column; of NULL the empty one.
    package func text(_ column: Int) -> String {
        String(decoding: textBytes(column), as: UTF8.self)
    }

    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// A column as it is stored, copied. Numbers with a fraction, which no table of ours has, are NULL.
    package func value(_ column: Int) -> SQLiteValue {
        switch sqlite3_column_type(pointer, Int32(column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(Array(blob(column)))
        default: .null
        }
    }

    /// The bytes of a text column, not copied; valid until the next `step` or `reset`.
    package func textBytes(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_text(pointer, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, Int32(column))))
    }

    /// The bytes of a blob column, not copied; valid until the next `step` or `reset`.
    package func blob(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(pointer, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, Int32(column))))
    }

    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw error(code) }
    }

    private func error(_ code: Int32) -> SQLiteError {
        SQLiteError(code: code, message: String(cString: sqlite3_errmsg(database.pointer)), sql: sql)
    }
}
