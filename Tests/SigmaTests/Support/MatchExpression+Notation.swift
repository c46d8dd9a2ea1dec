import EventModel
import Matching
import Sigma

/// A short notation for match expressions, so that a test's expectation fits its line: `a=*'x'? and not b null`.
extension MatchExpression {
    var notation: String { notation(isInner: false) }

    private func notation(isInner: Bool) -> String {
        switch self {
        case .all(let parts): joined(parts, " and ", isInner)
        case .any(let parts): joined(parts, " or ", isInner)
        case .not(let inner): "not " + inner.notation(isInner: true)
        case .constant(let value): "\(value)"
        case .test(let test): test.field.notation + test.test.notation
        }
    }

    private func joined(_ parts: [MatchExpression], _ link: String, _ isInner: Bool) -> String {
        let text = parts.map { $0.notation(isInner: true) }.joined(separator: link)
        return isInner && parts.count > 1 ? "(\(text))" : text
    }
}

extension FieldSelector {
    var notation: String {
        switch self {
        case .named(let name): name
        case .vendor(let name): "raw.\(name)"
        case .anyValue: "any"
        }
    }
}

extension ValueTest {
    var notation: String {
        switch self {
        case .exists(let value): value ? " exists" : " missing"
        case .null: " null"
        case .text(let pattern): (pattern.isCased ? "==" : "=") + pattern.notation
        case .number(_, let text): "=\(text)"
        case .compare(let comparison, let number): "\(comparison.rawValue)\(number)"
        case .network(let network): " in \(network)"
        case .regex(let pattern):
            "~/\(pattern.source)/" + (pattern.ignoresCase ? "i" : "") + (pattern.isMultiline ? "m" : "")
                + (pattern.dotMatchesNewline ? "s" : "")
        case .time(let comparison, let time): " time \(comparison.rawValue) \(time.microseconds)"
        case .timePart(let part, let range):
            " \(part.rawValue) \(range.lowerBound == .min ? "" : "\(range.lowerBound)")"
                + (range.lowerBound == range.upperBound ? "" : "…\(range.upperBound == .max ? "" : "\(range.upperBound)")")
        case .field(let other, let relation): " \(relation.rawValue) \(other.notation)"
        }
    }
}

extension TextPattern {
    var notation: String {
        guard !pieces.isEmpty else { return "''" }
        return pieces.map { piece in
            switch piece {
            case .literal(let text): "'\(text)'"
            case .anyRun: "*"
            case .anyOne: "?"
            }
        }.joined()
    }
}
