/// Alertmanager's texts for matchers, in its strict UTF-8 mode: names and values are quoted, or free of the reserved characters.
extension LabelMatcher {
    /// More are refused.
    public static let maximumCount = 64
    /// Longer texts are refused, in bytes.
    public static let maximumTextLength = 65_536

    /// `level=~"high|critical"`, `{rule="a", "user name"!=b}`, `{}`: the conditions that the text lists.
    public static func parse(_ text: String) throws(MatcherError) -> [LabelMatcher] {
        guard text.utf8.count <= maximumTextLength else {
            throw MatcherError("matchers are longer than \(maximumTextLength) bytes")
        }
        var lexer = MatcherLexer(text)
        var matchers: [LabelMatcher] = []
        var token = try lexer.next()
        let isBraced = token.kind == .openBrace
        if isBraced { token = try lexer.next() }
        while token.kind != .closeBrace && token.kind != .end {
            guard matchers.count < maximumCount else {
                throw MatcherError("there are more than \(maximumCount) matchers", at: token.column)
            }
            matchers.append(try matcher(token, &lexer))
            token = try lexer.next()
            if token.kind == .closeBrace || token.kind == .end { break }
            guard token.kind == .comma else {
                throw MatcherError("expected a comma\(isBraced ? " or \"}\"" : ""), found \(token.shown)", at: token.column)
            }
            token = try lexer.next()
        }
        if isBraced && token.kind == .end { throw MatcherError("\"}\" is missing at the end", at: token.column) }
        if !isBraced && token.kind == .closeBrace { throw MatcherError("\"}\" has no \"{\" before it", at: token.column) }
        if token.kind == .closeBrace {
            token = try lexer.next()
            if token.kind != .end { throw MatcherError("nothing may follow \"}\", found \(token.shown)", at: token.column) }
        }
        return matchers
    }

    private static func matcher(_ name: MatcherLexer.Token, _ lexer: inout MatcherLexer) throws(MatcherError) -> LabelMatcher {
        guard name.kind == .text else { throw MatcherError("expected a label's name, found \(name.shown)", at: name.column) }
        let sign = try lexer.next()
        guard case .op(let op) = sign.kind else {
            throw MatcherError("expected =, !=, =~ or !~, found \(sign.shown)", at: sign.column)
        }
        let value = try lexer.next()
        guard value.kind == .text else {
            throw MatcherError("expected a value, found \(value.shown); the empty text is \"\"", at: value.column)
        }
        do {
            return try LabelMatcher(name.text, op, value.text)
        } catch {
            throw MatcherError(error.message, at: name.text.isEmpty ? name.column : value.column)
        }
    }
}

/// Splits the text of matchers.
struct MatcherLexer {
    enum Kind: Equatable {
        case openBrace, closeBrace, comma, text, end
        case op(LabelMatcher.Operator)
    }

    struct Token {
        var kind: Kind
        /// Without quotes and escapes.
        var text = ""
        var column: Int

        /// For messages.
        var shown: String {
            switch kind {
            case .openBrace: "\"{\""
            case .closeBrace: "\"}\""
            case .comma: "a comma"
            case .text: MatcherQuoting.quote(TextLimit(bytes: 64).cut(text))
            case .end: "the end"
            case .op(let op): op.rawValue
            }
        }
    }

    private let scalars: [Unicode.Scalar]
    private var place = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// What cannot stand in a name or value without quotes.
    static func isReserved(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isWhitespace { return true }
        switch scalar {
        case "{", "}", "!", "=", "~", ",", "\\", "\"", "'", "`": return true
        default: return false
        }
    }

    mutating func next() throws(MatcherError) -> Token {
        while place < scalars.count, scalars[place].properties.isWhitespace { place += 1 }
        let column = place + 1
        guard place < scalars.count else { return Token(kind: .end, column: column) }
        let first = scalars[place]
        switch first {
        case "{", "}", ",":
            place += 1
            return Token(kind: first == "{" ? .openBrace : first == "}" ? .closeBrace : .comma, column: column)
        case "=", "!":
            place += 1
            let second = place < scalars.count ? scalars[place] : " "
            if second == "~" || (first == "!" && second == "=") {
                place += 1
                let op: LabelMatcher.Operator = first == "=" ? .matches : second == "~" ? .notMatches : .notEqual
                return Token(kind: .op(op), column: column)
            }
            guard first == "=" else { throw MatcherError("\"!\" must be followed by = or ~", at: column) }
            return Token(kind: .op(.equal), column: column)
        case "\"":
            return Token(kind: .text, text: try MatcherQuoting.read(scalars, from: &place), column: column)
        case let other where !Self.isReserved(other):
            var text = String.UnicodeScalarView()
            while place < scalars.count, !Self.isReserved(scalars[place]) {
                text.append(scalars[place])
                place += 1
            }
            return Token(kind: .text, text: String(text), column: column)
        default:
            throw MatcherError("\"\(first)\" must stand within double quotes", at: column)
        }
    }
}
