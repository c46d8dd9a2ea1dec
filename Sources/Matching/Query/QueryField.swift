import EventModel

/// A field as a query names it, and the tests on it that its values can ask for.
struct QueryField {
    let selectors: [FieldSelector]
    /// The event's time, which is compared as an instant.
    let isTime: Bool

    /// - Parameter isColumn: the name is that of a computed column, and stands for nothing else.
    init(_ name: String, isColumn: Bool = false) {
        selectors = isColumn ? [.named(name)] : FieldAliases.selectors(for: name)
        isTime = FieldAliases.time.contains(name.lowercased())
    }

    /// The test on any of the fields.
    func any(_ test: ValueTest) -> MatchExpression {
        let tests = selectors.map { MatchExpression.test(FieldTest($0, test)) }
        return tests.count == 1 ? tests[0] : .any(tests)
    }

    private func all(_ test: ValueTest) -> MatchExpression {
        let tests = selectors.map { MatchExpression.test(FieldTest($0, test)) }
        return tests.count == 1 ? tests[0] : .all(tests)
    }

    /// The whole value is the word, case ignored; or what the word stands for: a wildcard, number, network, time, null.
    func equal(_ word: QueryLexer.Word) throws(QueryError) -> MatchExpression {
        if word.isQuoted { return isTime ? try time(word) : any(.text(TextPattern(word.pieces))) }
        if word.pieces == [.anyRun] { return any(.exists(true)) }
        guard let text = word.text else { return any(.text(TextPattern(word.pieces))) }
        if isTime { return try time(word) }
        if text == "null" { return all(.null) }
        if let network = try network(text, at: word.offset) { return any(.network(network)) }
        if let number = NumberTest.parse(text), number.isFinite { return any(.number(number, text: text)) }
        let plain = any(.text(.exactly(text)))
        // An IPv6 address has many spellings.
        if text.contains(":"), let address = IPNetwork(text) { return .any([plain, any(.network(address))]) }
        return plain
    }

    /// The whole value is the word, letter by letter.
    func exact(_ word: QueryLexer.Word) throws(QueryError) -> MatchExpression {
        if isTime { return try time(word) }
        return any(.text(TextPattern(word.pieces, isCased: true)))
    }

    func compare(_ comparison: Comparison, _ word: QueryLexer.Word) throws(QueryError) -> MatchExpression {
        guard let text = word.text else {
            throw QueryError(.badBound, at: word.offset, "a comparison takes no wildcards", expected: [expectedBound])
        }
        if isTime {
            guard let time = QueryTime(text) else { throw badBound(text, word) }
            return .test(FieldTest(.named("time"), time.test(comparison)))
        }
        guard let number = NumberTest.parse(text), number.isFinite else { throw badBound(text, word) }
        return any(.compare(comparison, number))
    }

    private var expectedBound: String { isTime ? "a time such as 2026-11-24T09:30:00Z" : "a number" }

    private func badBound(_ text: String, _ word: QueryLexer.Word) -> QueryError {
        QueryError(
            .badBound, at: word.offset, "\"\(text.prefix(40))\" is not \(isTime ? "a time" : "a number")",
            expected: [expectedBound])
    }

    /// Any instant that the word can mean.
    private func time(_ word: QueryLexer.Word) throws(QueryError) -> MatchExpression {
        .all([try compare(.greaterOrEqual, word), try compare(.lessOrEqual, word)])
    }

    /// The network, if the word is one in CIDR notation. A near miss (an address with bits beyond the prefix) is an error.
    private func network(_ text: String, at offset: Int) throws(QueryError) -> IPNetwork? {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        if let network = IPNetwork(text) { return network }
        guard IPAddress(String(text[..<slash])) != nil, let flaw = IPNetwork.flaw(of: text) else { return nil }
        throw QueryError(.badNetwork, at: offset, "\"\(text)\" is not a network: \(flaw)")
    }
}
