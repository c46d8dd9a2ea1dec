import EventModel
import Matching

/// Reads the expressions of `eval`.
///
/// ```
/// or      = and {"OR" and}          and = not {"AND" not}          not = ["NOT"|"!"] compare
/// compare = sum [("="|"=="|"!="|"<"|"<="|">"|">=") sum]
/// sum     = product {("+"|"-") product}      product = unary {("*"|"/"|"%") unary}      unary = ["-"] primary
/// primary = number | "text" | 'text' | true | false | null | function "(" or {"," or} ")" | field | "(" or ")"
/// ```
struct ExpressionParser {
    /// Nesting that the parser's recursion can bear.
    static let maximumDepth = 64
    /// Operators, functions and values of one expression.
    static let maximumNodes = 2_000

    var lexer: StageLexer
    var scope: SearchScope
    private var depth = 0
    private var nodes = 0

    init(_ lexer: StageLexer, _ scope: SearchScope) {
        self.lexer = lexer
        self.scope = scope
    }

    mutating func parse() throws(QueryError) -> ScalarExpression { try disjunction() }

    private mutating func enter() throws(QueryError) {
        depth += 1
        if depth > Self.maximumDepth {
            throw QueryError(.tooDeep, at: lexer.position, "nested more than \(Self.maximumDepth) deep")
        }
    }

    private mutating func count() throws(QueryError) {
        nodes += 1
        if nodes > Self.maximumNodes {
            throw QueryError(.tooLong, at: lexer.position, "the expression has more than \(Self.maximumNodes) parts")
        }
    }

    private mutating func disjunction() throws(QueryError) -> ScalarExpression {
        try enter()
        defer { depth -= 1 }
        var left = try conjunction()
        while lexer.takeKeyword("or") { left = .binary(.or, left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(QueryError) -> ScalarExpression {
        var left = try negation()
        while lexer.takeKeyword("and") { left = .binary(.and, left, try negation()) }
        return left
    }

    private mutating func negation() throws(QueryError) -> ScalarExpression {
        lexer.skipBlanks()
        let isMark = lexer.peek() == UInt8(ascii: "!") && lexer.peek(1) != UInt8(ascii: "=")
        if isMark { lexer.move(to: lexer.position + 1) }
        guard isMark || lexer.takeKeyword("not") else { return try comparison() }
        try count()
        try enter()
        defer { depth -= 1 }
        return .not(try negation())
    }

    private mutating func comparison() throws(QueryError) -> ScalarExpression {
        let left = try sum()
        for (symbol, operation) in [
            ("==", BinaryOperator.exact), ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("=", .equal),
            ("<", .less), (">", .greater),
        ] where lexer.take(symbol) {
            return .binary(operation, left, try sum())
        }
        return left
    }

    private mutating func sum() throws(QueryError) -> ScalarExpression {
        var left = try product()
        while true {
            if lexer.take("+") {
                left = .binary(.add, left, try product())
            } else if lexer.take("-") {
                left = .binary(.subtract, left, try product())
            } else {
                return left
            }
        }
    }

    private mutating func product() throws(QueryError) -> ScalarExpression {
        var left = try unary()
        while true {
            if lexer.take("*") {
                left = .binary(.multiply, left, try unary())
            } else if lexer.take("/") {
                left = .binary(.divide, left, try unary())
            } else if lexer.take("%") {
                left = .binary(.modulo, left, try unary())
            } else {
                return left
            }
        }
    }

    private mutating func unary() throws(QueryError) -> ScalarExpression {
        guard lexer.take("-") else { return try primary() }
        try enter()
        defer { depth -= 1 }
        return .negated(try unary())
    }

    private mutating func primary() throws(QueryError) -> ScalarExpression {
        try count()
        if lexer.take("(") {
            let inner = try disjunction()
            guard lexer.take(")") else { throw lexer.unexpected(expected: [")"]) }
            return inner
        }
        lexer.skipBlanks()
        let start = lexer.position
        if lexer.peek() == UInt8(ascii: "\"") || lexer.peek() == UInt8(ascii: "'"), let text = try lexer.quoted() {
            return .constant(.string(text))
        }
        if let first = lexer.peek(), first &- 0x30 < 10 { return .constant(try number()) }
        let isQuoted = lexer.peek() == UInt8(ascii: "`")
        guard let name = try lexer.name(hasDashes: false) else {
            throw lexer.unexpected(expected: ["a field", "a number", "\"text\"", "a function", "("])
        }
        if !isQuoted {
            switch name.lowercased() {
            case "true": return .constant(.bool(true))
            case "false": return .constant(.bool(false))
            case "null": return .constant(.null)
            default: if lexer.take("(") { return try call(name, at: start) }
            }
        }
        return .slot(try scope.slot(of: name, at: start))
    }

    /// A number, whole if it has neither point nor exponent.
    private mutating func number() throws(QueryError) -> FieldValue {
        let start = lexer.position
        let isNumberByte: (UInt8) -> Bool = { StageLexer.isWordByte($0) || $0 == UInt8(ascii: ".") }
        var text = lexer.run(isNumberByte) ?? ""
        if text.last == "e" || text.last == "E", let sign = lexer.peek(),
            sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        {
            lexer.move(to: lexer.position + 1)
            text += String(UnicodeScalar(sign)) + (lexer.run(isNumberByte) ?? "")
        }
        if let integer = Int64(text) { return .integer(integer) }
        guard let number = FieldValue.string(text).number else {
            throw QueryError(
                .badArgument, at: start, "\"\(text.prefix(40))\" is not a number", expected: ["a number", "\"text\" in quotes"])
        }
        return .double(number)
    }

    private mutating func call(_ name: String, at offset: Int) throws(QueryError) -> ScalarExpression {
        guard let function = ScalarFunction(rawValue: name.lowercased()) else {
            let names = ScalarFunction.allCases.map(\.rawValue)
            let nearest = NearestName.find(name, in: names).map { [$0] } ?? names
            throw QueryError(.unknownName, at: offset, "no function is named \(name)", expected: nearest)
        }
        var arguments: [ScalarExpression] = []
        if !lexer.take(")") {
            repeat { arguments.append(try disjunction()) } while lexer.take(",")
            guard lexer.take(")") else { throw lexer.unexpected(expected: [",", ")"]) }
        }
        guard function.arity.contains(arguments.count) else {
            throw QueryError(
                .badArgument, at: offset, "\(function.rawValue) does not take \(arguments.count) arguments",
                expected: [function.usage])
        }
        if function == .cidr, case .constant(let network) = arguments[1], IPNetwork(network.text) == nil {
            throw QueryError(
                .badNetwork, at: offset, "\"\(network.text.prefix(40))\" is not a network", expected: [function.usage])
        }
        return .call(function, arguments)
    }
}
