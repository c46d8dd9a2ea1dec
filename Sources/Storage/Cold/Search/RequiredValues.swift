import EventModel
import Matching

/// The whole values of which an event must have one to satisfy an expression.
enum RequiredValues {
    struct Value {
        /// As `ColdFilter` hashes it.
        var hash: UInt64
        /// The instants that it can stand for, in microseconds.
        var instants: [Int64]
    }

    /// Groups of values: of each, an event that satisfies the expression has one.
    static func groups(of expression: MatchExpression) -> [[Value]] {
        switch expression {
        case .constant, .not: return []
        case .all(let members): return members.flatMap { groups(of: $0) }
        case .any(let members):
            // One group of each member: what the union of those requires.
            var union: [Value] = []
            for member in members {
                guard let group = groups(of: member).min(by: { $0.count < $1.count }) else { return [] }
                union += group
            }
            return members.isEmpty ? [] : [union]
        case .test(let field): return value(of: field).map { [[$0]] } ?? []
        }
    }

    private static func value(of field: FieldTest) -> Value? {
        switch field.test {
        case .text(let pattern):
            var text = ""
            for piece in pattern.pieces {
                guard case .literal(let part) = piece else { return nil }
                text += part
            }
            let bytes = Array(text.utf8)
            guard !bytes.isEmpty, bytes.count <= StoreLimits.coldFilterValueBytes else { return nil }
            return bytes.withUnsafeBytes { bytes in
                let time = RFC3339.parseAssumingUTC(bytes).map { [$0.microseconds] }
                return Value(
                    hash: ColdFilter.hash(bytes, Arena(capacity: bytes.count)),
                    instants: time ?? NumberTest.parse(bytes).map(instants) ?? [])
            }
        case .number(let number, let text):
            // A text that is another number, or none, is equal in another way too.
            guard Array(text.utf8).withUnsafeBytes({ NumberTest.parse($0) }) == number else { return nil }
            return Value(hash: ColdFilter.hash(number), instants: instants(number))
        case .exists, .null, .compare, .network, .regex, .time, .timePart, .field: return nil
        }
    }

    /// What a number can mean as a time since 1970: seconds, milliseconds, microseconds.
    private static func instants(_ number: Double) -> [Int64] {
        [1e6, 1e3, 1].compactMap { abs(number * $0) < 9e18 ? Int64(number * $0) : nil }
    }
}
