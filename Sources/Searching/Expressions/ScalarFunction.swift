import EventModel

/// The functions of `eval`. docs/search.md has a line on each.
public enum ScalarFunction: String, Sendable, Equatable, CaseIterable {
    case `if`, coalesce, isnull, number, text, lower, upper, trim, len, substr, replace, concat, contains, startswith, endswith
    case cidr, abs, round, floor, ceil, min, max, hour, weekday, day, bucket

    /// Texts that functions make are no longer than this, in bytes.
    static let maximumLength = 1 << 20

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .if, .replace: 3...3
        case .coalesce, .concat, .min, .max: 1...64
        case .isnull, .number, .text, .lower, .upper, .trim, .len, .abs, .floor, .ceil, .hour, .weekday, .day: 1...1
        case .substr: 2...3
        case .round: 1...2
        case .contains, .startswith, .endswith, .cidr, .bucket: 2...2
        }
    }

    /// As it is written, for messages.
    var usage: String {
        switch self {
        case .if: "if(condition, then, else)"
        case .coalesce: "coalesce(a, b, …)"
        case .isnull, .number, .text, .lower, .upper, .trim, .len, .abs, .floor, .ceil: "\(rawValue)(x)"
        case .hour, .weekday, .day: "\(rawValue)(time)"
        case .substr: "substr(text, start[, length])"
        case .replace: "replace(text, old, new)"
        case .concat, .min, .max: "\(rawValue)(a, b, …)"
        case .contains, .startswith, .endswith: "\(rawValue)(text, part)"
        case .cidr: "cidr(address, \"10.0.0.0/8\")"
        case .round: "round(x[, digits])"
        case .bucket: "bucket(time, \"1h\") or bucket(number, 10)"
        }
    }

    func apply(_ arguments: [FieldValue]) -> FieldValue {
        let first = arguments[0]
        switch self {
        case .if: return arguments[first.isTrue ? 1 : 2]
        case .coalesce: return arguments.first { !$0.isNull } ?? .null
        case .isnull: return .bool(first.isNull)
        case .number: return first.number.map { BinaryOperator.add.apply(.integer(0), .number($0)).whole } ?? .null
        case .text: return Self.text(first) { $0 }
        case .lower: return Self.text(first) { $0.lowercased() }
        case .upper: return Self.text(first) { $0.uppercased() }
        case .trim: return Self.text(first, Self.trimmed)
        case .len: return first.isNull ? .null : .integer(Int64(first.text.count))
        case .substr: return Self.substring(arguments)
        case .replace: return Self.replaced(arguments)
        case .concat: return Self.concatenated(arguments)
        case .contains: return Self.ask(arguments) { $0.contains($1) }
        case .startswith: return Self.ask(arguments) { $0.hasPrefix($1) }
        case .endswith: return Self.ask(arguments) { $0.hasSuffix($1) }
        case .cidr: return Self.isInNetwork(first, arguments[1])
        case .abs: return first.number.map { FieldValue.number(Swift.abs($0)).whole } ?? .null
        case .round: return Self.rounded(arguments)
        case .floor: return first.number.map { FieldValue.number($0.rounded(.down)).whole } ?? .null
        case .ceil: return first.number.map { FieldValue.number($0.rounded(.up)).whole } ?? .null
        case .min: return arguments.flatMap(\.members).min { $0.precedes($1) } ?? .null
        case .max: return arguments.flatMap(\.members).max { $0.precedes($1) } ?? .null
        case .hour: return Self.seconds(first).map { .integer(Self.floorModulo($0, 86_400) / 3_600) } ?? .null
        // 1970-01-01 was a Thursday; Monday is 1, as in ISO 8601.
        case .weekday: return Self.seconds(first).map { .integer(Self.floorModulo($0 + 259_200, 604_800) / 86_400 + 1) } ?? .null
        case .day: return Self.seconds(first).map { .string(Self.date($0)) } ?? .null
        case .bucket: return Self.bucket(first, arguments[1])
        }
    }

    private static func text(_ value: FieldValue, _ change: (String) -> String) -> FieldValue {
        switch value {
        case .null: .null
        case .list(let members): .several(members.map { text($0, change) })
        case .bool, .integer, .double, .string, .time: .string(change(value.text))
        }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex))
    }

    private static func substring(_ arguments: [FieldValue]) -> FieldValue {
        guard !arguments[0].isNull, let start = arguments[1].number, start >= 1 else { return .null }
        let length = arguments.count > 2 ? arguments[2].number : Double(maximumLength)
        guard let length, length >= 0 else { return .null }
        return .string(String(arguments[0].text.dropFirst(Int(Swift.min(start, 1e9)) - 1).prefix(Int(Swift.min(length, 1e9)))))
    }

    private static func replaced(_ arguments: [FieldValue]) -> FieldValue {
        let old = arguments[1].text
        guard !old.isEmpty, !arguments[0].isNull else { return arguments[0] }
        let parts = arguments[0].text.split(separator: old, omittingEmptySubsequences: false)
        let new = arguments[2].text
        guard parts.count * new.utf8.count <= maximumLength else { return .null }
        return .string(parts.joined(separator: new))
    }

    private static func concatenated(_ arguments: [FieldValue]) -> FieldValue {
        let texts = arguments.map(\.text)
        return texts.reduce(0, { $0 + $1.utf8.count }) <= maximumLength ? .string(texts.joined()) : .null
    }

    /// Ignores case, as `:` does; a list is asked member by member.
    private static func ask(_ arguments: [FieldValue], _ question: (String, String) -> Bool) -> FieldValue {
        if arguments[0].isNull || arguments[1].isNull { return .null }
        let part = arguments[1].text.lowercased()
        return .bool(arguments[0].members.contains { question($0.text.lowercased(), part) })
    }

    private static func isInNetwork(_ value: FieldValue, _ network: FieldValue) -> FieldValue {
        guard let network = IPNetwork(network.text), !value.isNull else { return .null }
        return .bool(value.members.contains { member in IPAddress(member.text).map(network.contains) ?? false })
    }

    private static func rounded(_ arguments: [FieldValue]) -> FieldValue {
        guard let number = arguments[0].number else { return .null }
        var scale = 1.0
        if arguments.count > 1 {
            guard let digits = arguments[1].number, digits >= 0, digits <= 15 else { return .null }
            for _ in 0..<Int(digits) { scale *= 10 }
        }
        let rounded = (number * scale).rounded() / scale
        return FieldValue.number(rounded.isFinite ? rounded : number).whole
    }

    // MARK: Times

    /// Whole seconds since 1970, rounded down; OCSF's numbers of milliseconds are not times here.
    private static func seconds(_ value: FieldValue) -> Int64? {
        switch value {
        case .time(let time): floorDivide(time.microseconds, 1_000_000)
        case .string(let text): RFC3339.parse(text).map { floorDivide($0.microseconds, 1_000_000) }
        case .null, .bool, .integer, .double, .list: nil
        }
    }

    private static func date(_ seconds: Int64) -> String {
        String(RFC3339.format(Timestamp(microseconds: seconds * 1_000_000), fractionDigits: 0).prefix(10))
    }

    private static func bucket(_ value: FieldValue, _ width: FieldValue) -> FieldValue {
        if case .time(let time) = value {
            guard let span = TimeSpanText.microseconds(width.text) else { return .null }
            return .time(Timestamp(microseconds: floorDivide(time.microseconds, span) * span))
        }
        guard let number = value.number, let width = width.number, width > 0 else { return .null }
        return FieldValue.number((number / width).rounded(.down) * width).whole
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }

    private static func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        value - floorDivide(value, divisor) * divisor
    }
}

extension FieldValue {
    /// A number without a fraction as an integer, if it fits exactly.
    var whole: FieldValue {
        guard case .double(let value) = self, value == value.rounded(), abs(value) < 9e15 else { return self }
        return .integer(Int64(value))
    }
}
