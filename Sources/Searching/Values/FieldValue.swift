public import EventModel
import Matching

/// A value of a field or column while the stages of a search work on it.
public enum FieldValue: Sendable, Equatable {
    /// The field is missing, or null.
    case null
    case bool(Bool)
    case integer(Int64)
    /// Finite: what is not a number becomes `null` where it is computed.
    case double(Double)
    case string(String)
    case time(Timestamp)
    /// Several values; never nested, never of fewer than two.
    case list([FieldValue])

    /// A list of any number of values: none is `null`, one is itself; lists within are taken apart and nulls left out.
    public static func several(_ values: [FieldValue]) -> FieldValue {
        var flat: [FieldValue] = []
        for value in values { value.forEach { flat.append($0) } }
        return flat.isEmpty ? .null : flat.count == 1 ? flat[0] : .list(flat)
    }

    /// A number that a computation gave; `null` if it is infinite or not a number.
    public static func number(_ value: Double) -> FieldValue { value.isFinite ? .double(value) : .null }

    /// A field's value. What no event should have (a number that does not fit) is its text.
    public init(_ kind: FieldKind, _ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case .string: self = .string(String(decoding: bytes, as: UTF8.self))
        case .integer:
            let text = String(decoding: bytes, as: UTF8.self)
            self = Int64(text).map(FieldValue.integer) ?? Self.double(bytes) ?? .string(text)
        case .float: self = Self.double(bytes) ?? .string(String(decoding: bytes, as: UTF8.self))
        case .true: self = .bool(true)
        case .false: self = .bool(false)
        case .null, .element, .emptyObject, .emptyArray: self = .null
        }
    }

    private static func double(_ bytes: UnsafeRawBufferPointer) -> FieldValue? {
        NumberTest.parse(bytes).flatMap { $0.isFinite ? .double($0) : nil }
    }

    public var isNull: Bool { self == .null }

    /// Calls back with each member of a list, with a single value itself, and not at all for `null`.
    public func forEach(_ body: (FieldValue) throws -> Void) rethrows {
        switch self {
        case .null: break
        case .list(let members): for member in members { try member.forEach(body) }
        case .bool, .integer, .double, .string, .time: try body(self)
        }
    }

    /// The members of a list, a single value alone, nothing for `null`.
    public var members: [FieldValue] {
        switch self {
        case .null: []
        case .list(let members): members
        case .bool, .integer, .double, .string, .time: [self]
        }
    }

    /// What is printed, and what tells two values apart: whole numbers without a point, times as RFC 3339 in UTC, the members of
    /// a list with `, ` between; empty for `null`.
    public var text: String {
        switch self {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): Self.text(value)
        case .string(let value): value
        case .time(let time): RFC3339.format(time, fractionDigits: time.microseconds % 1_000_000 == 0 ? 0 : 6)
        case .list(let members): members.map(\.text).joined(separator: ", ")
        }
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
    }

    /// The value as a number: numbers, strings that look like one, times as seconds since 1970. Nil for everything else.
    public var number: Double? {
        switch self {
        case .integer(let value): return Double(value)
        case .double(let value): return value
        case .string(let text): return Self.number(in: text)
        case .time(let time): return Double(time.microseconds) / 1_000_000
        case .null, .bool, .list: return nil
        }
    }

    private static func number(in text: String) -> Double? {
        guard let first = text.utf8.first, first &- 0x30 < 10 || first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else {
            return nil
        }
        var text = text
        return text.withUTF8 { NumberTest.parse(UnsafeRawBufferPointer($0)) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// About how many bytes it takes, for bounds on memory.
    var footprint: Int {
        switch self {
        case .null, .bool, .integer, .double, .time: 16
        case .string(let text): 16 + text.utf8.count
        case .list(let members): members.reduce(32) { $0 + $1.footprint }
        }
    }
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
