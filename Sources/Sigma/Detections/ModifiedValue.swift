import EventModel
import LocatedYAML
import Matching

/// A value of a detection item between two modifiers.
enum ModifiedValue: Equatable {
    case string(SigmaString)
    case number(Double, text: String)
    case bool(Bool)
    case null
    case regex(RegexPattern)
    case network(IPNetwork)
    case comparison(Comparison, Double)
    case timePart(TimePart, ClosedRange<Int>)
    case exists(Bool)
    case fieldReference(String, FieldRelation)
    /// Alternatives of one written value: any of them will do, also where `all` asks for every written value.
    case expansion([ModifiedValue])

    /// A scalar as YAML gives it.
    init(_ scalar: YAMLScalar) {
        switch scalar.value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .number(Double(value), text: scalar.canonicalText)
        case .float(let value): self = .number(value, text: scalar.canonicalText)
        case .text: self = .string(SigmaString(escaped: scalar.text))
        }
    }

    /// As `kind`, but numbers as written.
    var words: String {
        if case .number(_, let text) = self { return text }
        return kind
    }

    /// In words, for messages.
    var kind: String {
        switch self {
        case .string: "text"
        case .number: "a number"
        case .bool: "a boolean"
        case .null: "null"
        case .regex: "a regular expression"
        case .network: "a network"
        case .comparison: "a comparison"
        case .timePart: "a part of a time"
        case .exists: "a test for presence"
        case .fieldReference: "a field reference"
        case .expansion: "several values"
        }
    }
}
