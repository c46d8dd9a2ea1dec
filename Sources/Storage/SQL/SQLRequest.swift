public import EventModel

/// A value of a row that a query in SQL gave.
public enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    /// Infinite, perhaps; never not a number, which SQLite makes NULL.
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A query in SQL, and what it may look at.
public struct SQLRequest: Sendable, Equatable {
    /// One SELECT.
    public var text: String
    /// Only events from `since` on, before `until`; nil is open.
    public var since: Timestamp?
    public var until: Timestamp?
    /// Names with a point in quotes are columns, also of fields that nobody knows.
    public var isLax = false
    /// Bytes that SQLite may take for sorting, grouping and joining.
    public var memory = SQLRequest.defaultMemory

    /// 1 GiB: some ten million rows to be sorted.
    public static let defaultMemory = 1 << 30
    /// Longer queries are refused.
    public static let maximumLength = 1 << 18

    public init(_ text: String, since: Timestamp? = nil, until: Timestamp? = nil) {
        self.text = text
        self.since = since
        self.until = until
    }
}

/// Why a query in SQL has no result.
public struct SQLFailure: Error, Sendable, Equatable {
    public enum Code: Sendable, Equatable {
        /// It is no SQL that SQLite knows.
        case wrong
        /// It names a column that no table has, or a field that nobody knows.
        case unknownColumn
        /// It would do something else than read the tables.
        case refused
        /// It asks for more memory, or longer values, than the bounds allow.
        case tooMuch
    }

    public var code: Code
    /// What is wrong, in one line.
    public var message: String
    /// What could have stood there.
    public var expected: [String]
    /// Byte offset in the query's UTF-8, where it is known.
    public var offset: Int?

    public init(_ code: Code, _ message: String, expected: [String] = [], at offset: Int? = nil) {
        self.code = code
        self.message = message
        self.expected = expected
        self.offset = offset
    }
}

extension SQLFailure: CustomStringConvertible {
    public var description: String {
        expected.isEmpty ? message : "\(message); expected \(expected.joined(separator: " or "))"
    }
}
