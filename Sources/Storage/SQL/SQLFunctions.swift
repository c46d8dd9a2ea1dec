import CSQLite
import EventModel
import Matching

// Unsafe: SQLite keeps what `set_auxdata` gives it at least until that returns, and asks for it by the same call.

/// What the queries know beside SQLite's own functions.
enum SQLFunctions {
    /// For `siemctl sql --schema`.
    static let notes: [(name: String, note: String)] = [
        ("cidr(ip, network)", "1 if the address lies in the network in CIDR notation, else 0; NULL if it is no address"),
        ("value REGEXP pattern", "1 if the pattern, in RE2's syntax, matches anywhere in the value; (?i) ignores case"),
        ("list(value)", "the values of a column as a JSON array, be they none, one or several; for json_each"),
    ]

    static func register(on database: DatabaseHandle) throws {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
        var code = sqlite3_create_collation_v2(
            database.pointer, SQLTime.collation, SQLITE_UTF8, nil,
            { _, leftCount, left, rightCount, right in
                SQLTime.compare(
                    UnsafeRawBufferPointer(start: left, count: Int(leftCount)),
                    UnsafeRawBufferPointer(start: right, count: Int(rightCount)))
            }, nil)
        if code == SQLITE_OK {
            code = sqlite3_create_function_v2(
                database.pointer, "cidr", 2, flags, nil,
                { context, _, values in
                    if let context, let address = values?[0], let network = values?[1] {
                        SQLFunctions.cidr(address, network, TableResult(context))
                    }
                }, nil, nil, nil)
        }
        if code == SQLITE_OK {
            // SQLite makes `x REGEXP y` of it.
            code = sqlite3_create_function_v2(
                database.pointer, "regexp", 2, flags, nil,
                { context, _, values in
                    if let context, let pattern = values?[0], let value = values?[1] {
                        SQLFunctions.regexp(pattern, value, context)
                    }
                }, nil, nil, nil)
        }
        if code == SQLITE_OK {
            code = sqlite3_create_function_v2(
                database.pointer, "list", 1, flags, nil,
                { context, _, values in
                    if let context, let value = values?[0] { SQLFunctions.list(value, TableResult(context)) }
                }, nil, nil, nil)
        }
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(database.pointer)), sql: "functions")
        }
    }

    private static func cidr(_ address: OpaquePointer, _ network: OpaquePointer, _ result: TableResult) {
        guard sqlite3_value_type(network) == SQLITE_TEXT,
            let network = IPNetwork(String(decoding: TableResult.bytes(of: network), as: UTF8.self))
        else { return result.error("cidr: the second argument is no network such as 10.0.0.0/8") }
        guard sqlite3_value_type(address) == SQLITE_TEXT, let address = IPAddress(TableResult.bytes(of: address)) else {
            return result.null()
        }
        result.integer(network.contains(address) ? 1 : 0)
    }

    private static func regexp(_ pattern: OpaquePointer, _ value: OpaquePointer, _ context: OpaquePointer) {
        let result = TableResult(context)
        guard sqlite3_value_type(pattern) != SQLITE_NULL, sqlite3_value_type(value) != SQLITE_NULL else { return result.null() }
        if let known = sqlite3_get_auxdata(context, 0) {
            let test = Unmanaged<RegexTest>.fromOpaque(known).takeUnretainedValue()
            return result.integer(test.matches(TableResult.bytes(of: value)) ? 1 : 0)
        }
        let source = RegexPattern(String(decoding: TableResult.bytes(of: pattern), as: UTF8.self))
        guard let test = RegexTest(source) else {
            return result.error("REGEXP: \(source.validate() ?? "the pattern is not one of RE2")")
        }
        result.integer(test.matches(TableResult.bytes(of: value)) ? 1 : 0)
        // Kept for the next rows if the pattern stands in the query.
        sqlite3_set_auxdata(context, 0, Unmanaged.passRetained(test).toOpaque()) { test in
            if let test { Unmanaged<RegexTest>.fromOpaque(test).release() }
        }
    }

    private static func list(_ value: OpaquePointer, _ result: TableResult) {
        var writer = JSONWriter()
        writer.beginArray()
        switch sqlite3_value_type(value) {
        case SQLITE_NULL: break
        case SQLITE_INTEGER: writer.integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: writer.number(sqlite3_value_double(value))
        default:
            let bytes = TableResult.bytes(of: value)
            if isArray(bytes) { return result.text(bytes) }
            writer.string(bytes)
        }
        writer.endArray()
        result.text(writer.text)
    }

    /// Whether a text is a JSON array, as columns give one for several values.
    private static func isArray(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return false }
        let text = Arena(capacity: bytes.count)
        text.append(bytes)
        let builder = EventBuilder(
            RecordBatch(source: Source(id: 0, name: ""), receivedAt: Timestamp(microseconds: 0), bytes: text, records: []))
        let scanner = JSONScanner(
            catalog: FieldCatalog(), limits: JSONLimits(maximumBytes: Field.maximumLength, maximumDepth: 1))
        // Texts that only look like an array are values like others.
        return (try? scanner.scan(0, bytes.count, into: builder)) != nil
    }
}
