/// An expression as people read it: for `rule explain`.
extension MatchExpression {
    /// One test a line, indented by two spaces for each `all of`, `any of` and `not` around it.
    public var outline: [String] {
        switch self {
        case .constant(let value): return [value ? "always" : "never"]
        case .test(let test): return [test.description]
        case .not(let inner): return Self.block("not", [inner])
        case .all(let members): return members.count == 1 ? members[0].outline : Self.block("all of", members)
        case .any(let members): return members.count == 1 ? members[0].outline : Self.block("any of", members)
        }
    }

    /// How many tests it has.
    public var testCount: Int {
        switch self {
        case .constant: 0
        case .test: 1
        case .not(let inner): inner.testCount
        case .all(let members), .any(let members): members.reduce(0) { $0 + $1.testCount }
        }
    }

    private static func block(_ head: String, _ members: [MatchExpression]) -> [String] {
        [head] + members.flatMap(\.outline).map { "  " + $0 }
    }
}

extension FieldTest: CustomStringConvertible {
    public var description: String {
        let field = field.description
        switch test {
        case .exists(let isPresent): return "\(field) \(isPresent ? "exists" : "does not exist")"
        case .null: return "\(field) is missing or null"
        case .text(let pattern): return "\(field) \(pattern.verb) \(pattern.description)"
        case .number(_, let text): return "\(field) is \(text)"
        case .compare(let comparison, let number): return "\(field) \(comparison.rawValue) \(Self.text(number))"
        case .network(let network): return "\(field) is in \(network)"
        case .regex(let pattern): return "\(field) matches /\(pattern.source)/\(pattern.flags)"
        case .time(let comparison, let time): return "\(field) \(comparison.rawValue) \(time)"
        case .timePart(let part, let range):
            let values = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            return "\(field)'s \(part) is \(values)"
        case .field(let other, let relation): return "\(field) \(relation.verb) the value of \(other.description)"
        }
    }

    /// Whole numbers without a point.
    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }
}

extension FieldSelector: CustomStringConvertible {
    public var description: String {
        switch self {
        case .named(let name): name
        case .vendor(let name): "raw.\(name)"
        case .anyValue: "any value"
        }
    }
}

extension TextPattern: CustomStringConvertible {
    /// In quotes, with `*` and `?` as wildcards; those that are meant as such have a backslash before them.
    public var description: String {
        let text = pieces.map { piece in
            switch piece {
            case .literal(let text):
                String(text.flatMap { $0 == "*" || $0 == "?" || $0 == "\\" || $0 == "\"" ? ["\\", $0] : [$0] })
            case .anyRun: "*"
            case .anyOne: "?"
            }
        }.joined()
        return "\"\(text)\"" + (isCased ? " (case matters)" : "")
    }

    fileprivate var verb: String {
        pieces.contains { if case .literal = $0 { false } else { true } } ? "is like" : "is"
    }
}

extension RegexPattern {
    fileprivate var flags: String {
        (ignoresCase ? "i" : "") + (isMultiline ? "m" : "") + (dotMatchesNewline ? "s" : "")
    }
}

extension FieldRelation {
    fileprivate var verb: String {
        switch self {
        case .equals: "is"
        case .contains: "contains"
        case .startsWith: "starts with"
        case .endsWith: "ends with"
        }
    }
}
