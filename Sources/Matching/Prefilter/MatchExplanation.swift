import EventModel

/// How a matcher files one expression among others, and what that costs: for `rule explain`.
public struct MatchExplanation: Sendable, Equatable {
    /// When the expression is run on an event.
    public enum Filing: Sendable, Equatable {
        /// When one of these tests holds, or one of these fields is there: each is looked up once an event, however many
        /// expressions ask for it.
        case keys([String])
        /// On every event of its products: it has nothing that must be true and can be looked up.
        case always
        /// Never: no event can satisfy it.
        case never
    }

    public var filing: Filing
    /// A guess at the share of events that it is run on, from 0 to 1: what the keys are chosen by.
    public var expectedShare: Double
    /// How many tests it has, after simplification.
    public var testCount: Int

    /// - Parameter all: the expressions that share the matcher; how often a key is used has a say in which is chosen.
    public init(of index: Int, among all: [MatchExpression]) {
        var tests = TestTableBuilder(catalog: FieldCatalog(), isMany: true)
        var chooser = RequiredKeys()
        for expression in all { chooser.count(expression.simplified, &tests) }
        let expression = all[index].simplified
        testCount = expression.testCount
        if case .constant(false) = expression {
            (filing, expectedShare) = (.never, 0)
            return
        }
        switch chooser.choose(expression, &tests) {
        case .none: (filing, expectedShare) = (.always, 1)
        case .keys([], _): (filing, expectedShare) = (.never, 0)
        case .keys(let keys, let cost):
            let names = Self.names(of: expression, &tests)
            var texts: [String] = []
            for text in keys.compactMap({ names[$0] }) where !texts.contains(text) { texts.append(text) }
            (filing, expectedShare) = (.keys(texts), min(1, cost))
        }
    }

    /// What people call the keys of an expression.
    private static func names(
        of expression: MatchExpression, _ tests: inout TestTableBuilder
    ) -> [RequiredKey: String] {
        switch expression {
        case .constant: return [:]
        case .not(let inner): return names(of: inner, &tests)
        case .all(let members), .any(let members):
            return members.reduce(into: [:]) { result, member in
                result.merge(names(of: member, &tests)) { first, _ in first }
            }
        case .test(let field):
            var result: [RequiredKey: String] = [:]
            for test in tests.add(field) {
                result[.test(test)] = field.description
                result[.presence(tests.test(test).slot)] = "\(field.field) exists"
            }
            return result
        }
    }
}
