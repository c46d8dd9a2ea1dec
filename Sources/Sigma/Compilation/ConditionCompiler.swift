import LocatedYAML
import Matching

/// Puts the compiled search identifiers into the place that the condition gives them.
struct ConditionCompiler {
    /// Identifiers in the order written, with what they match.
    var identifiers: [(name: String, expression: MatchExpression)]
    /// Names that the condition used, so that unused ones can be told.
    private(set) var used: Set<String> = []
    private var tests = 0

    /// A condition can repeat identifiers; more tests than this in one rule are refused. The longest public rule has 1,300.
    static let maximumTests = 50_000
    static let tooManyTests = "the rule has more than \(maximumTests) tests; split it"

    /// The key under which the identifiers stand.
    private let section: String

    init(identifiers: [(name: String, expression: MatchExpression)], under section: String = "detection") {
        self.identifiers = identifiers
        self.section = section
    }

    mutating func compile(_ condition: Condition) throws(ConditionError) -> MatchExpression {
        switch condition {
        case .all(let parts): return .all(try compile(parts))
        case .any(let parts): return .any(try compile(parts))
        case .not(let inner): return .not(try compile(inner))
        case .identifier(let name, let offset): return try expression(of: name, at: offset)
        case .selector(let quantifier, let pattern, let offset):
            let names = identifiers.map(\.name).filter(pattern.selects)
            guard !names.isEmpty else {
                let hint = Suggestion.hint(for: pattern.text, among: identifiers.map(\.name))
                throw ConditionError(message: "\"of \(pattern.text)\" matches no search identifier\(hint)", offset: offset)
            }
            var parts: [MatchExpression] = []
            for name in names { parts.append(try expression(of: name, at: offset)) }
            guard parts.count > 1 else { return parts[0] }
            return quantifier == .all ? .all(parts) : .any(parts)
        }
    }

    private mutating func compile(_ parts: [Condition]) throws(ConditionError) -> [MatchExpression] {
        var compiled: [MatchExpression] = []
        for part in parts { compiled.append(try compile(part)) }
        return compiled
    }

    private mutating func expression(of name: String, at offset: Int) throws(ConditionError) -> MatchExpression {
        guard let found = identifiers.first(where: { $0.name == name }) else {
            let hint =
                ConditionParser.operatorHint(name).map { "; \($0)" }
                ?? Suggestion.hint(for: name, among: identifiers.map(\.name))
            throw ConditionError(
                message: "search identifier \"\(name)\" is not defined under \"\(section)\"\(hint)", offset: offset)
        }
        used.insert(name)
        tests += found.expression.testCount
        guard tests <= Self.maximumTests else {
            throw ConditionError(message: Self.tooManyTests, offset: offset)
        }
        return found.expression
    }
}

extension MatchExpression {
    /// Whether an event without any of the fields satisfies it.
    var holdsForNothing: Bool {
        switch self {
        case .all(let parts): parts.allSatisfy(\.holdsForNothing)
        case .any(let parts): parts.contains(where: \.holdsForNothing)
        case .not(let inner): !inner.holdsForNothing
        case .constant(let value): value
        case .test(let test): test.test == .null || test.test == .exists(false)
        }
    }

    /// How many tests stand in the tree.
    var testCount: Int {
        switch self {
        case .all(let parts), .any(let parts): parts.reduce(0) { $0 + $1.testCount }
        case .not(let inner): inner.testCount
        case .test, .constant: 1
        }
    }
}
