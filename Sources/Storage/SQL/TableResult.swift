import CSQLite

// Unsafe: a context is valid during the call that it was given to.

/// Where a value for SQLite goes. Texts are copied: SQLite may keep a value for longer than the row.
struct TableResult {
    private let context: OpaquePointer

    init(_ context: OpaquePointer) { self.context = context }

    func null() { sqlite3_result_null(context) }
    func integer(_ value: Int64) { sqlite3_result_int64(context, value) }
    func real(_ value: Double) { sqlite3_result_double(context, value) }

    func text(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return text("") }
        sqlite3_result_text64(
            context, base.assumingMemoryBound(to: CChar.self), UInt64(bytes.count),
            unsafeBitCast(-1, to: sqlite3_destructor_type.self), UInt8(SQLITE_UTF8))
    }

    func text(_ value: String) {
        var value = value
        value.withUTF8 { bytes in
            // An empty string may have no address, which would mean NULL.
            if bytes.isEmpty { return sqlite3_result_text(context, "", 0, nil) }
            text(UnsafeRawBufferPointer(bytes))
        }
    }

    func error(_ message: String) { sqlite3_result_error(context, message, -1) }

    /// The bytes of a text, valid until the value is used again.
    static func bytes(of value: OpaquePointer) -> UnsafeRawBufferPointer {
        let start = sqlite3_value_text(value)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
    }
}
