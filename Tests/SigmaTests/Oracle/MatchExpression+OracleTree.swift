import EventModel
import Matching

/// The notation of `scripts/support/oracle/sigma-conditions`, in which trees are compared with pySigma's.
extension MatchExpression {
    var oracleTree: String {
        switch self {
        case .all: Self.group("and", members)
        case .any: Self.group("or", members)
        case .not(let inner): "not(\(inner.oracleTree))"
        case .constant(let value): "\(value)"
        case .test(let test): test.test.oracleTest(of: test.field.notation)
        }
    }

    /// The members of a group, with those of groups of the same kind inside it.
    private var members: [MatchExpression] {
        switch self {
        case .all(let parts): parts.flatMap { if case .all = $0 { $0.members } else { [$0] } }
        case .any(let parts): parts.flatMap { if case .any = $0 { $0.members } else { [$0] } }
        case .not, .test, .constant: [self]
        }
    }

    private static func group(_ kind: String, _ members: [MatchExpression]) -> String {
        let trees = members.map(\.oracleTree).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        return trees.count == 1 ? trees[0] : "\(kind)(\(trees.joined(separator: ", ")))"
    }
}

extension ValueTest {
    fileprivate func oracleTest(of name: String) -> String {
        switch self {
        case .exists(let isThere): "\(name) \(isThere ? "exists" : "missing")"
        case .null: "\(name) null"
        case .text(let pattern): name + (pattern.isCased ? "==" : "=") + pattern.oraclePattern
        case .number(_, let text): "\(name)=#\(text)"
        case .compare(let comparison, let number): "\(name) \(comparison.rawValue) \(Self.text(number))"
        case .network(let network): "\(name) in \(network)"
        case .regex(let pattern):
            "\(name)~\(quoted(pattern.source))" + (pattern.ignoresCase ? "i" : "") + (pattern.isMultiline ? "m" : "")
                + (pattern.dotMatchesNewline ? "s" : "")
        case .time(let comparison, let time): "\(name) time \(comparison.rawValue) \(time.microseconds)"
        case .timePart(let part, let range): "\(name) \(part.rawValue) \(Self.text(range))"
        case .field(let other, let relation): "\(name) \(relation.rawValue) \(other.notation)"
        }
    }

    private static func text(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }

    private static func text(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == .min { return "<= \(range.upperBound)" }
        if range.upperBound == .max { return ">= \(range.lowerBound)" }
        return "\(range.lowerBound)"
    }
}

extension TextPattern {
    fileprivate var oraclePattern: String {
        let written = pieces.map { piece in
            switch piece {
            case .literal(let text): quoted(text)
            case .anyRun: "*"
            case .anyOne: "?"
            }
        }
        return written.isEmpty ? "\"\"" : written.joined()
    }
}

private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}
