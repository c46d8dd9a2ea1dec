/// Parses conditions (Sigma specification 2.1.0, "Condition"). From loosest to tightest: `or`, `and`, `not`, `1 of`, parentheses.
///
///     expression := and ("or" and)*      and := not ("and" not)*      not := "not" not | atom
///     atom := "(" expression ")" | ("1" | "any" | "all") "of" ("them" | pattern) | identifier
struct ConditionParser {
    /// Nesting of parentheses and of `not`.
    private static let maximumDepth = 64

    /// What the names in the condition are, for messages.
    enum Subject: String { case identifiers = "search identifier", rules = "rule" }

    private let subject: Subject
    private let tokens: [ConditionToken]
    private var index = 0
    private var depth = 0

    static func parse(_ text: String, over subject: Subject = .identifiers) throws(ConditionError) -> Condition {
        var parser = ConditionParser(subject: subject, tokens: try ConditionLexer.tokens(of: text))
        let condition = try parser.or()
        let rest = parser.current
        switch rest.kind {
        case .end: return condition
        case .close: throw ConditionError(message: "\")\" without \"(\" before it", offset: rest.offset)
        case .open: throw ConditionError(message: "\"and\" or \"or\" is missing before \"(\"", offset: rest.offset)
        case .word(let word):
            let hint = operatorHint(word) ?? "\"and\" or \"or\" is missing before \"\(word)\""
            throw ConditionError(message: hint, offset: rest.offset)
        }
    }

    private init(subject: Subject, tokens: [ConditionToken]) {
        self.subject = subject
        self.tokens = tokens
    }

    private var current: ConditionToken { tokens[index] }

    /// Steps over the word if it comes next.
    private mutating func take(_ word: String) -> Bool {
        guard current.kind == .word(word) else { return false }
        index += 1
        return true
    }

    private mutating func or() throws(ConditionError) -> Condition {
        var parts = [try and()]
        while take("or") { parts.append(try and()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func and() throws(ConditionError) -> Condition {
        var parts = [try not()]
        while take("and") { parts.append(try not()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func not() throws(ConditionError) -> Condition {
        guard take("not") else { return try atom() }
        try deeper()
        defer { depth -= 1 }
        return .not(try not())
    }

    private mutating func atom() throws(ConditionError) -> Condition {
        let token = current
        switch token.kind {
        case .open:
            try deeper()
            defer { depth -= 1 }
            index += 1
            let inner = try or()
            guard current.kind == .close else {
                throw ConditionError(message: "\")\" is missing for the \"(\" here", offset: token.offset)
            }
            index += 1
            return inner
        case .word(let word):
            index += 1
            if take("of") { return try selector(word, at: token.offset) }
            return try identifier(word, at: token.offset)
        case .close: throw ConditionError(message: "a \(subject.rawValue) is missing before \")\"", offset: token.offset)
        case .end:
            if tokens.count == 1 { throw ConditionError(message: "the condition is empty", offset: token.offset) }
            throw ConditionError(message: "the condition ends where a \(subject.rawValue) should follow", offset: token.offset)
        }
    }

    private mutating func selector(_ word: String, at offset: Int) throws(ConditionError) -> Condition {
        let quantifier: Condition.Quantifier
        switch word {
        case "1", "any": quantifier = .any
        case "all": quantifier = .all
        default:
            throw ConditionError(
                message: "only \"1\", \"any\" or \"all\" can stand before \"of\", not \"\(word)\"", offset: offset)
        }
        let token = current
        guard case .word(let pattern) = token.kind, !Self.isOperator(pattern) else {
            throw ConditionError(
                message: "\"them\" or a pattern such as \"selection_*\" is missing after \"of\"", offset: token.offset)
        }
        guard !pattern.contains("-") else {
            throw ConditionError(message: "a pattern after \"of\" cannot contain \"-\"; use \"*\" for it", offset: token.offset)
        }
        index += 1
        return .selector(quantifier, SelectorPattern(text: pattern), offset: offset)
    }

    private func identifier(_ word: String, at offset: Int) throws(ConditionError) -> Condition {
        if Self.isOperator(word) {
            throw ConditionError(message: "a \(subject.rawValue) is missing before \"\(word)\"", offset: offset)
        }
        if word.contains("*") {
            throw ConditionError(
                message: "write \"1 of \(word)\" or \"all of \(word)\": a pattern needs to know how many", offset: offset)
        }
        return .identifier(word, offset: offset)
    }

    private mutating func deeper() throws(ConditionError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw ConditionError(message: "nested more than \(Self.maximumDepth) levels deep", offset: current.offset)
        }
    }

    private static func isOperator(_ word: String) -> Bool { word == "and" || word == "or" || word == "not" || word == "of" }

    /// Operators in capitals are names to Sigma, and hardly ever meant as such.
    static func operatorHint(_ word: String) -> String? {
        let lower = word.lowercased()
        guard word != lower, isOperator(lower) else { return nil }
        return "operators are written in lower case: \"\(lower)\", not \"\(word)\""
    }
}
