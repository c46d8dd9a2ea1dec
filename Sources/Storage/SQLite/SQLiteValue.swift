/// A parameter of a statement. For rows that are few; blocks are bound without a copy.
package enum SQLiteValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    /// Nil becomes NULL.
    package static func optional(_ text: String?) -> SQLiteValue { text.map { .text($0) } ?? .null }
    /// Microseconds; nil becomes NULL.
    package static func optional(_ number: Int64?) -> SQLiteValue { number.map { .integer($0) } ?? .null }
    package static func count(_ number: Int) -> SQLiteValue { .integer(Int64(number)) }
}
