import EventModel

/// Reads what a person types into `siemctl search`: Lucene-like filters.
///
/// ```
/// or    = and {"OR" and}        and = not {["AND"] not}        not = ["NOT"|"!"|"-"] prim
/// prim  = "(" or ")" | field ":" value | field relation values | field ["not"] "in" "(" scalar {"," scalar} ")" | text
/// value = values | range | relation values
/// values = scalar | "(" member {"OR" member} ")"        member = range | [relation] scalar
/// range = ("["|"{") a "TO" b ("]"|"}")
/// ```
///
/// A scalar is a bare word with wildcards `*` and `?`, a "quoted string", a network in CIDR notation, or `/expression/flags`.
/// `:` and `=` ignore case and match the whole value; `==` is exact, wildcards aside. `field:*` asks whether the field is there,
/// `field:null` whether it is missing or null. Text without a field is looked for within every value. A relation before a
/// parenthesis holds for every member that has none of its own; `!=` before it means none of them.
public struct QueryParser {
    /// Bounds on what is typed or sent: 64 KiB, and nesting that the parser's recursion can bear.
    public static let maximumLength = 64 * 1024
    public static let maximumDepth = 64

    var lexer: QueryLexer
    private let fields: QueryFields?
    private var depth = 0

    private init(_ text: String, _ fields: QueryFields?) {
        lexer = QueryLexer(text)
        self.fields = fields
    }

    /// The meaning of a query; an empty one is satisfied by every event.
    ///
    /// - Parameter fields: the names that may be used; with nil any may.
    public static func parse(_ text: String, fields: QueryFields? = nil) throws(QueryError) -> MatchExpression {
        let (expression, end) = try parsePart(text, fields: fields)
        if end < text.utf8.count {
            throw QueryError(.stage, at: end, "pipe stages are not available here", expected: ["a filter only"])
        }
        return expression
    }

    /// The meaning of a filter that is a part of a longer text: it ends at a `|` or at the text's end.
    ///
    /// - Parameter offset: where the filter begins, in bytes of the text's UTF-8.
    /// - Returns: the expression, and the offset of the `|`, or the text's length.
    public static func parsePart(
        _ text: String, from offset: Int = 0, fields: QueryFields? = nil
    ) throws(QueryError) -> (expression: MatchExpression, end: Int) {
        guard text.utf8.count <= maximumLength else {
            throw QueryError(.tooLong, at: maximumLength, "the query has more than \(maximumLength) bytes")
        }
        var parser = QueryParser(text, fields)
        parser.lexer.move(to: min(max(offset, 0), text.utf8.count))
        parser.lexer.skipBlanks()
        let isEmpty = parser.lexer.isAtEnd || parser.lexer.peek() == UInt8(ascii: "|")
        let expression = isEmpty ? .constant(true) : try parser.disjunction()
        parser.lexer.skipBlanks()
        guard parser.lexer.isAtEnd || parser.lexer.peek() == UInt8(ascii: "|") else {
            throw parser.unexpected(expected: ["AND", "OR", "the end"])
        }
        return (expression, parser.lexer.position)
    }

    private mutating func disjunction() throws(QueryError) -> MatchExpression {
        var members = [try conjunction()]
        while true {
            lexer.skipBlanks()
            guard lexer.takeKeyword("OR") else { break }
            members.append(try conjunction())
        }
        return members.count == 1 ? members[0] : .any(members)
    }

    private mutating func conjunction() throws(QueryError) -> MatchExpression {
        var members = [try negation()]
        while true {
            lexer.skipBlanks()
            let start = lexer.position
            if lexer.isAtEnd || lexer.peek() == UInt8(ascii: ")") || lexer.peek() == UInt8(ascii: "|") { break }
            if lexer.takeKeyword("OR") {
                lexer.move(to: start)
                break
            }
            _ = lexer.takeKeyword("AND")
            members.append(try negation())
        }
        return members.count == 1 ? members[0] : .all(members)
    }

    private mutating func negation() throws(QueryError) -> MatchExpression {
        lexer.skipBlanks()
        let isPrefix = lexer.peek() == UInt8(ascii: "!") || lexer.peek() == UInt8(ascii: "-")
        guard isPrefix || lexer.takeKeyword("NOT") else { return try primary() }
        if isPrefix { lexer.move(to: lexer.position + 1) }
        try enter()
        defer { depth -= 1 }
        return .not(try negation())
    }

    private mutating func enter() throws(QueryError) {
        depth += 1
        if depth > Self.maximumDepth {
            throw QueryError(.tooDeep, at: lexer.position, "nested more than \(Self.maximumDepth) deep")
        }
    }

    private mutating func primary() throws(QueryError) -> MatchExpression {
        lexer.skipBlanks()
        let start = lexer.position
        if lexer.take("(") {
            try enter()
            defer { depth -= 1 }
            let inner = try disjunction()
            lexer.skipBlanks()
            guard lexer.take(")") else { throw unexpected(expected: [")"]) }
            return inner
        }
        for keyword in ["AND", "OR"] where lexer.takeKeyword(keyword) {
            lexer.move(to: start)
            throw unexpected(expected: ["a field", "text", "("])
        }
        if let expression = try fieldTest() { return expression }
        lexer.move(to: start)
        return try freeText()
    }

    /// A test that begins with a field's name; nil when what stands here is none.
    private mutating func fieldTest() throws(QueryError) -> MatchExpression? {
        let start = lexer.position
        let quoted = try lexer.quoted()
        guard let name = quoted?.text ?? lexer.name(), !name.isEmpty else { return nil }
        if lexer.take(":") {
            let field = try field(name, at: start)
            lexer.skipBlanks()
            return try value(of: field)
        }
        // `"a" = b` could be meant as text; only a bare name begins a comparison.
        if quoted != nil { return nil }
        lexer.skipBlanks()
        if let relation = lexer.relation() {
            let field = try field(name, at: start)
            lexer.skipBlanks()
            return try values(of: field, relation)
        }
        let isNegated = lexer.takeKeyword("not", ignoresCase: true)
        lexer.skipBlanks()
        guard lexer.takeKeyword("in", ignoresCase: true) else { return nil }
        lexer.skipBlanks()
        guard lexer.take("(") else { return nil }
        let members = try list(of: try field(name, at: start))
        return isNegated ? .not(members) : members
    }

    private func field(_ name: String, at offset: Int) throws(QueryError) -> QueryField {
        if let fields, !fields.contains(name) {
            let nearest = fields.nearest(to: name).map { ["\($0)"] } ?? []
            throw QueryError(.unknownField, at: offset, "no field is named \(name)", expected: nearest)
        }
        return QueryField(name, isColumn: fields?.isColumn(name) ?? false)
    }

    private mutating func list(of field: QueryField) throws(QueryError) -> MatchExpression {
        var members: [MatchExpression] = []
        while true {
            lexer.skipBlanks()
            members.append(try scalar(of: field, .equal, stops: ","))
            lexer.skipBlanks()
            if lexer.take(",") { continue }
            guard lexer.take(")") else { throw unexpected(expected: [",", ")"]) }
            return members.count == 1 ? members[0] : .any(members)
        }
    }

    /// What follows `field:`.
    private mutating func value(of field: QueryField) throws(QueryError) -> MatchExpression {
        if isAtRange { return try range(of: field) }
        let relation = lexer.relation() ?? .equal
        lexer.skipBlanks()
        return try values(of: field, relation)
    }

    private var isAtRange: Bool { lexer.peek() == UInt8(ascii: "[") || lexer.peek() == UInt8(ascii: "{") }

    /// A scalar, or several in parentheses.
    private mutating func values(
        of field: QueryField, _ relation: QueryLexer.Relation
    ) throws(QueryError) -> MatchExpression {
        guard lexer.take("(") else { return try scalar(of: field, relation) }
        // `!=(a OR b)` is neither, not "one of the two is not".
        let each: QueryLexer.Relation = relation == .notEqual ? .equal : relation
        var members: [MatchExpression] = []
        repeat {
            lexer.skipBlanks()
            if isAtRange && each == .equal {
                members.append(try range(of: field))
            } else {
                members.append(try scalar(of: field, lexer.relation() ?? each))
            }
            lexer.skipBlanks()
        } while lexer.takeKeyword("OR")
        guard lexer.take(")") else { throw unexpected(expected: ["OR", ")"]) }
        let any: MatchExpression = members.count == 1 ? members[0] : .any(members)
        return relation == .notEqual ? .not(any) : any
    }

    private mutating func range(of field: QueryField) throws(QueryError) -> MatchExpression {
        let isLowIncluded = lexer.take("[")
        if !isLowIncluded { _ = lexer.take("{") }
        lexer.skipBlanks()
        let low = try bound()
        lexer.skipBlanks()
        guard lexer.takeKeyword("TO") else { throw unexpected(expected: ["TO"]) }
        lexer.skipBlanks()
        let high = try bound()
        lexer.skipBlanks()
        let isHighIncluded = lexer.take("]")
        guard isHighIncluded || lexer.take("}") else { throw unexpected(expected: ["]", "}"]) }
        var members: [MatchExpression] = []
        if let low { members.append(try field.compare(isLowIncluded ? .greaterOrEqual : .greater, low)) }
        if let high { members.append(try field.compare(isHighIncluded ? .lessOrEqual : .less, high)) }
        if members.isEmpty { return field.any(.exists(true)) }
        return members.count == 1 ? members[0] : .all(members)
    }

    /// One end of a range; nil for `*`.
    private mutating func bound() throws(QueryError) -> QueryLexer.Word? {
        guard let word = try lexer.quoted() ?? lexer.bareWord(stops: "]}") else {
            throw unexpected(expected: ["a number", "a time", "*"])
        }
        return word.pieces == [.anyRun] ? nil : word
    }

    private mutating func scalar(
        of field: QueryField, _ relation: QueryLexer.Relation, stops: String = ""
    ) throws(QueryError) -> MatchExpression {
        lexer.skipBlanks()
        if relation == .equal || relation == .notEqual, let (pattern, offset) = lexer.regex(stops: stops) {
            try Self.check(pattern, at: offset)
            let test = field.any(.regex(pattern))
            return relation == .equal ? test : .not(test)
        }
        guard let word = try lexer.quoted() ?? lexer.bareWord(stops: stops) else { throw unexpected(expected: ["a value"]) }
        switch relation {
        case .equal: return try field.equal(word)
        case .notEqual: return .not(try field.equal(word))
        case .exact: return try field.exact(word)
        case .compare(let comparison): return try field.compare(comparison, word)
        }
    }

    private mutating func freeText() throws(QueryError) -> MatchExpression {
        if let (pattern, offset) = lexer.regex() {
            try Self.check(pattern, at: offset)
            return .test(FieldTest(.anyValue, .regex(pattern)))
        }
        guard let word = try lexer.quoted() ?? lexer.bareWord() else {
            throw unexpected(expected: ["a field", "text", "("])
        }
        if word.pieces.allSatisfy({ $0 == .anyRun }) { return .constant(true) }
        if !word.isQuoted, let text = word.text, text.contains("/"), let network = IPNetwork(text) {
            return .test(FieldTest(.anyValue, .network(network)))
        }
        return .test(FieldTest(.anyValue, .text(TextPattern([.anyRun] + word.pieces + [.anyRun]))))
    }

    private static func check(_ pattern: RegexPattern, at offset: Int) throws(QueryError) {
        if let reason = pattern.validate() {
            throw QueryError(.badRegex, at: offset, "the regular expression is not valid: \(reason)")
        }
    }

    private func unexpected(expected: [String]) -> QueryError {
        if lexer.isAtEnd { return QueryError(.unexpectedEnd, at: lexer.position, "the query ends too early", expected: expected) }
        var rest = lexer
        let word = rest.bareWord()?.text ?? String(decoding: lexer.bytes[lexer.position...].prefix(1), as: UTF8.self)
        return QueryError(
            .unexpectedText, at: lexer.position, "\"\(word.prefix(40))\" cannot stand here", expected: expected)
    }
}
