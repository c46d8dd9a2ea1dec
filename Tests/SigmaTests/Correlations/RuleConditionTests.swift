import LocatedYAML
import Sigma
import TestSupport
import Testing

@Suite struct RuleConditionTests {
    /// Rules a, b, c, and a temporal correlation; its condition is on line 26, from column 14.
    private func load(_ condition: String, rules: String = "") -> LoadedRules {
        let names = ["a", "b", "c"].map { Rule.named($0) }.joined(separator: "---\n")
        let list = rules.isEmpty ? "" : "  rules: \(rules)\n"
        return SigmaLoader.load(
            text: names + "---\ntitle: Chain\ncorrelation:\n  type: temporal\n  timespan: 1h\n  condition: \(condition)\n\(list)",
            path: "r.yml")
    }

    @Test(arguments: [
        ("a", "a", ["a"]), ("a and b", "a & b", ["a", "b"]), ("b and not a", "b & !a", ["b", "a"]),
        ("a or b and c", "a | (b & c)", ["a", "b", "c"]), ("(a or b) and not c", "(a | b) & !c", ["a", "b", "c"]),
        ("not a and b", "!a & b", ["a", "b"]), ("a and not (b or c)", "a & !(b | c)", ["a", "b", "c"]),
    ])
    func `expressions name the rules`(condition: String, tree: String, rules: [String]) throws {
        let loaded = load(condition)
        #expect(loaded.diagnostics.map(\.description) == [])
        let found = try #require(loaded.collection.correlations.first)
        #expect(found.ruleCondition?.notation() == tree)
        #expect(found.rules == rules)
        #expect(found.conditions == [])
        #expect(loaded.collection.silentRules == Set(rules))
    }

    @Test func `a list gives the order`() throws {
        let found = try #require(load("a and not b", rules: "[b, a]").collection.correlations.first)
        #expect(found.rules == ["b", "a"])
        #expect(found.ruleCondition?.rules == ["a", "b"])
    }

    @Test(arguments: [
        ("not a", "", "26:14", "the condition holds when none of its rules matches, so no event could decide it; say what must "
            + "happen, as in \"a and not b\""),
        ("not a and not b", "", "26:14", "the condition holds when none of its rules matches, so no event could decide it; say "
            + "what must happen, as in \"a and not b\""),
        ("a or not b", "", "26:14", "the condition holds when none of its rules matches, so no event could decide it; say what "
            + "must happen, as in \"a and not b\""),
        ("a and not a", "", "26:14", "the condition can never hold: it contradicts itself"),
        ("a and x9y", "", "26:20", "no rule has the id, name or title \"x9y\""),
        ("a AND b", "", "26:16", "operators are written in lower case: \"and\", not \"AND\""),
        ("a and", "", "26:19", "the condition ends where a rule should follow"),
        ("1 of a*", "", "26:14", "\"of a*\" selects search identifiers, not rules; name the rules, joined by \"and\" and \"or\""),
        ("a and b", "[a]", "26:20",
            "rule \"b\" is not under \"rules\"; add it there, or leave \"rules\" out to take them from the condition"),
        ("a", "[a, c]", "27:14", "rule \"c\" is not in the condition; add it there, or take it out here"),
    ])
    func `errors have a place and a way out`(condition: String, rules: String, place: String, message: String) {
        let errors = load(condition, rules: rules).diagnostics.map(\.description)
        #expect(errors == ["r.yml:\(place): error: \(message)"])
    }

    @Test func `deep and long conditions cost bounded time`() {
        let deep = String(repeating: "not ", count: 500) + "a"
        #expect(load(deep).diagnostics.first?.message == "nested more than 64 levels deep")
        #expect(load("a" + String(repeating: " and a", count: 2_500)).collection.correlations.count == 1)
        #expect(load("a" + String(repeating: " and a", count: 4_000)).diagnostics.first?.message.contains("longer than") == true)
    }

    @Test func `the truth is that of the expression`() {
        let condition = RuleCondition.any([.all([.rule("a"), .not(.rule("b"))]), .rule("c")])
        #expect(condition.holds(["a"]))
        #expect(!condition.holds(["a", "b"]))
        #expect(condition.holds(["a", "b", "c"]))
        #expect(!condition.holds([]))
    }
}

extension RuleCondition {
    /// `a & !(b | c)`
    fileprivate func notation(isInner: Bool = false) -> String {
        switch self {
        case .rule(let id): id
        case .not(let inner): "!" + inner.notation(isInner: true)
        case .all(let parts): joined(parts, " & ", isInner)
        case .any(let parts): joined(parts, " | ", isInner)
        }
    }

    private func joined(_ parts: [RuleCondition], _ link: String, _ isInner: Bool) -> String {
        let text = parts.map { $0.notation(isInner: true) }.joined(separator: link)
        return isInner ? "(\(text))" : text
    }
}
