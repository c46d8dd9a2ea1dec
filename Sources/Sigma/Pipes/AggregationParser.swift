/// Parses what stands behind a `|` (Sigma specification 1, "Aggregations", "Near").
///
///     aggregation := function "(" [field] ")" ["by" field ("," field)*] relation number | "near" condition
struct AggregationParser {
    private struct Token {
        var text: String
        /// In Unicode scalars from the condition's start.
        var offset: Int
    }

    private static let relations: [String: CountCondition.Relation] = [
        ">": .gt, ">=": .gte, "<": .lt, "<=": .lte, "=": .eq, "==": .eq, "!=": .neq,
    ]

    private let tokens: [Token]
    private let end: Int
    private var index = 0

    /// Parses the text of the condition from the character at `start` on.
    static func parse(_ condition: String, from start: Int) throws(ConditionError) -> Aggregation {
        let characters = Array(condition.unicodeScalars)
        var parser = AggregationParser(characters, start)
        guard let first = parser.tokens.first else {
            throw ConditionError(message: "an aggregation such as \"count() by user > 5\" is missing after \"|\"", offset: start)
        }
        if first.text == "near" { return .near(try parser.near(characters, after: first)) }
        return .count(try parser.count())
    }

    private init(_ characters: [Unicode.Scalar], _ start: Int) {
        tokens = Self.tokens(characters, start)
        end = characters.count
    }

    private static func tokens(_ characters: [Unicode.Scalar], _ start: Int) -> [Token] {
        enum Class { case space, single, relation, word }
        func kind(_ character: Unicode.Scalar) -> Class {
            switch character {
            case " ", "\t", "\n", "\r": .space
            case "(", ")", ",", "|": .single
            case ">", "<", "=", "!": .relation
            default: .word
            }
        }
        var tokens: [Token] = []
        var index = start
        while index < characters.count {
            let first = index
            let kindOfFirst = kind(characters[first])
            index += 1
            if kindOfFirst == .space { continue }
            while kindOfFirst != .single, index < characters.count, kind(characters[index]) == kindOfFirst { index += 1 }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: characters[first..<index])
            tokens.append(Token(text: String(text), offset: first))
        }
        return tokens
    }

    // MARK: Near

    private func near(_ characters: [Unicode.Scalar], after word: Token) throws(ConditionError) -> Condition {
        // Blanks in place of what comes before keep the offsets.
        let start = word.offset + word.text.unicodeScalars.count
        var text = String.UnicodeScalarView(repeatElement(" ", count: start))
        text.append(contentsOf: characters[start...])
        return try ConditionParser.parse(String(text))
    }

    // MARK: Functions

    private mutating func count() throws(ConditionError) -> Aggregation.CountForm {
        let name = take()
        guard let function = Aggregation.Function(rawValue: name.text) else {
            let known = Aggregation.Function.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConditionError(
                message: "unknown aggregation \"\(name.text)\" after \"|\"; there are \(known) and near", offset: name.offset)
        }
        try expect("(", after: name.text)
        var field: String?
        if current.text != ")" { field = try takeField() }
        try expect(")", after: field ?? "(")
        if field == nil, function != .count {
            throw ConditionError(
                message: "\"\(name.text)()\" needs the field whose numbers it takes, as in \"\(name.text)(size)\"",
                offset: name.offset)
        }
        var groupBy: [String] = []
        if current.text == "by" {
            repeat {
                index += 1
                groupBy.append(try takeField())
            } while current.text == ","
        }
        let bound = try takeBound()
        if index < tokens.count {
            throw ConditionError(
                message: "nothing can follow the bound of an aggregation, such as \"\(current.text)\" here",
                offset: current.offset)
        }
        return .init(function: function, field: field, groupBy: groupBy, bound: bound)
    }

    private var current: Token { index < tokens.count ? tokens[index] : Token(text: "", offset: end) }

    private mutating func take() -> Token {
        let token = current
        index += 1
        return token
    }

    private mutating func expect(_ text: String, after before: String) throws(ConditionError) {
        let token = take()
        guard token.text == text else {
            throw ConditionError(message: "\"\(text)\" is missing after \"\(before)\"", offset: token.offset)
        }
    }

    private mutating func takeField() throws(ConditionError) -> String {
        let token = take()
        guard !token.text.isEmpty, !["(", ")", ",", "|", "by"].contains(token.text), Self.relations[token.text] == nil else {
            throw ConditionError(message: "the name of a field is missing here", offset: token.offset)
        }
        return token.text
    }

    private mutating func takeBound() throws(ConditionError) -> CountCondition {
        let sign = take()
        guard let relation = Self.relations[sign.text] else {
            throw ConditionError(message: "a comparison such as \"> 5\" is missing here", offset: sign.offset)
        }
        let number = take()
        if let whole = Int(number.text) { return CountCondition(relation, whole) }
        guard let value = Double(number.text), value.isFinite else {
            throw ConditionError(message: "a number is missing after \"\(sign.text)\"", offset: number.offset)
        }
        return CountCondition(relation, value)
    }
}
