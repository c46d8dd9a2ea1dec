import EventModel

/// What `eval` computes, with the places of its fields in the row.
public indirect enum ScalarExpression: Sendable, Equatable {
    case constant(FieldValue)
    case slot(Int)
    case negated(ScalarExpression)
    case not(ScalarExpression)
    case binary(BinaryOperator, ScalarExpression, ScalarExpression)
    case call(ScalarFunction, [ScalarExpression])
}

public enum BinaryOperator: String, Sendable, Equatable, CaseIterable {
    case or = "OR"
    case and = "AND"
    case equal = "="
    case exact = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
}

extension ScalarExpression {
    /// The value for a row. What cannot be computed (text times two, a division by zero) is `null`.
    func value(_ row: [FieldValue]) -> FieldValue {
        switch self {
        case .constant(let value): value
        case .slot(let slot): row[slot]
        case .negated(let inner): Self.negate(inner.value(row))
        case .not(let inner): .bool(!inner.value(row).isTrue)
        case .binary(.or, let left, let right): .bool(left.value(row).isTrue || right.value(row).isTrue)
        case .binary(.and, let left, let right): .bool(left.value(row).isTrue && right.value(row).isTrue)
        case .binary(let operation, let left, let right): operation.apply(left.value(row), right.value(row))
        case .call(.if, let arguments): arguments[arguments[0].value(row).isTrue ? 1 : 2].value(row)
        case .call(.coalesce, let arguments): Self.coalesce(arguments, row)
        case .call(let function, let arguments): function.apply(arguments.map { $0.value(row) })
        }
    }

    private static func negate(_ value: FieldValue) -> FieldValue { BinaryOperator.subtract.apply(.integer(0), value) }

    private static func coalesce(_ arguments: [ScalarExpression], _ row: [FieldValue]) -> FieldValue {
        for argument in arguments {
            let value = argument.value(row)
            if !value.isNull { return value }
        }
        return .null
    }
}

extension FieldValue {
    /// What `if`, `AND`, `OR` and `NOT` ask: true, a number that is not zero, the text `true`.
    var isTrue: Bool {
        switch self {
        case .bool(let value): value
        case .integer(let value): value != 0
        case .double(let value): value != 0
        case .string(let text): text.lowercased() == "true"
        case .null, .time: false
        case .list(let members): members.contains(where: \.isTrue)
        }
    }
}

extension BinaryOperator {
    func apply(_ left: FieldValue, _ right: FieldValue) -> FieldValue {
        switch self {
        case .or: .bool(left.isTrue || right.isTrue)
        case .and: .bool(left.isTrue && right.isTrue)
        case .equal: left.isSame(as: right).map(FieldValue.bool) ?? .null
        case .exact: left.isNull || right.isNull ? .null : .bool(left.text == right.text)
        case .notEqual: left.isSame(as: right).map { .bool(!$0) } ?? .null
        case .less: left.comparison(to: right).map { .bool($0 < 0) } ?? .null
        case .lessOrEqual: left.comparison(to: right).map { .bool($0 <= 0) } ?? .null
        case .greater: left.comparison(to: right).map { .bool($0 > 0) } ?? .null
        case .greaterOrEqual: left.comparison(to: right).map { .bool($0 >= 0) } ?? .null
        case .add, .subtract, .multiply, .divide, .modulo: arithmetic(left, right)
        }
    }

    private func arithmetic(_ left: FieldValue, _ right: FieldValue) -> FieldValue {
        if case .integer(let a) = left, case .integer(let b) = right, let exact = Self.exactly(self, a, b) {
            return .integer(exact)
        }
        if case .time(let time) = left, self == .add || self == .subtract {
            // A time less a time is seconds; a time and seconds is a time.
            if case .time(let other) = right {
                return self == .subtract ? .number(Double(time - other) / 1_000_000) : .null
            }
            guard let seconds = right.number, abs(seconds) < 1e12 else { return .null }
            return Self.time(time + Int64((self == .add ? seconds : -seconds) * 1_000_000))
        }
        guard let a = left.number, let b = right.number else { return .null }
        switch self {
        case .add: return .number(a + b)
        case .subtract: return .number(a - b)
        case .multiply: return .number(a * b)
        case .divide: return .number(a / b)
        case .modulo: return .number(a.truncatingRemainder(dividingBy: b))
        case .or, .and, .equal, .exact, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return .null
        }
    }

    /// RFC 3339 has years of four digits.
    private static func time(_ time: Timestamp) -> FieldValue {
        (-62_135_596_800_000_000..<253_402_300_800_000_000).contains(time.microseconds) ? .time(time) : .null
    }

    /// Whole numbers stay whole while they fit; a division that leaves a rest does not.
    private static func exactly(_ operation: BinaryOperator, _ a: Int64, _ b: Int64) -> Int64? {
        switch operation {
        case .add: return a.addingReportingOverflow(b).overflow ? nil : a + b
        case .subtract: return a.subtractingReportingOverflow(b).overflow ? nil : a - b
        case .multiply: return a.multipliedReportingOverflow(by: b).overflow ? nil : a * b
        case .divide: return b == 0 || b == -1 || a % b != 0 ? nil : a / b
        case .modulo: return b == 0 || b == -1 ? nil : a % b
        case .or, .and, .equal, .exact, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return nil
        }
    }
}
