import EventModel

/// The order of values: for `sort`, `min` and `max`, and for comparisons in expressions.
extension FieldValue {
    /// Kinds in their order: nothing, truth values, numbers (and strings that look like one), times, text, lists.
    private var rank: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .integer, .double: 2
        case .time: 3
        case .string: number == nil ? 4 : 2
        case .list: 5
        }
    }

    /// Whether this value stands before the other: a total order over all values. Numbers compare as numbers, times as instants,
    /// text by its case-folded form and then by code points, lists by their members.
    public func precedes(_ other: FieldValue) -> Bool { order(to: other) < 0 }

    /// Negative, zero or positive, as this value stands before, beside or behind the other.
    func order(to other: FieldValue) -> Int {
        let (left, right) = (rank, other.rank)
        if left != right { return left - right }
        switch (self, other) {
        case (.null, _): return 0
        case (.bool(let a), .bool(let b)): return a == b ? 0 : a ? 1 : -1
        case (.integer(let a), .integer(let b)): return Self.order(a, b)
        case (.time(let a), .time(let b)): return Self.order(a, b)
        case (.list(let a), .list(let b)):
            for (one, two) in zip(a, b) {
                let order = one.order(to: two)
                if order != 0 { return order }
            }
            return a.count - b.count
        case (.string(let a), .string(let b)) where left == 4:
            let folded = Self.order(a.lowercased(), b.lowercased())
            return folded == 0 ? Self.order(a, b) : folded
        default:
            return Self.order(number ?? 0, other.number ?? 0)
        }
    }

    private static func order<Value: Comparable>(_ a: Value, _ b: Value) -> Int { a < b ? -1 : a > b ? 1 : 0 }

    /// How the values compare in an expression; nil when they cannot be: one is missing, or they are of different kinds. A string
    /// beside a time is read as RFC 3339. A list compares as its first member.
    func comparison(to other: FieldValue) -> Int? {
        switch (self, other) {
        case (.null, _), (_, .null): return nil
        case (.list(let members), _): return members.first?.comparison(to: other)
        case (_, .list(let members)): return members.first.flatMap { comparison(to: $0) }
        case (.time, .string(let text)): return RFC3339.parse(text).map { order(to: .time($0)) }
        case (.string(let text), .time): return RFC3339.parse(text).map { FieldValue.time($0).order(to: other) }
        default:
            // Text beside a number is compared as text: "10.0.0.1" is none.
            if case .string(let a) = self, case .string(let b) = other, rank != other.rank { return Self.order(a, b) }
            return rank == other.rank ? order(to: other) : nil
        }
    }

    /// Whether the values are the same in an expression: numbers by their value, text ignoring case.
    func isSame(as other: FieldValue) -> Bool? {
        switch (self, other) {
        case (.null, _), (_, .null): return nil
        case (.list(let members), _): return members.contains { $0.isSame(as: other) == true }
        case (_, .list(let members)): return members.contains { isSame(as: $0) == true }
        case (.string(let a), .string(let b)):
            if let x = number, let y = other.number { return x == y }
            return a == b || a.lowercased() == b.lowercased()
        case (.bool(let value), .string(let text)), (.string(let text), .bool(let value)):
            return text.lowercased() == (value ? "true" : "false")
        default: return comparison(to: other).map { $0 == 0 }
        }
    }
}
