import Sigma
import TestSupport
import Testing

@Suite struct ConditionTests {
    /// A rule with the identifiers a, b, c, d, sel_1, sel_2, _hidden; each matches `f` = its name.
    private func outcome(_ condition: String) -> String {
        let names = ["a", "b", "c", "d", "sel_1", "sel_2", "_hidden", "notepad"]
        let detection = names.map { "\($0): {f: \($0)}\n" }.joined() + "condition: \(condition)"
        return Rule.outcome(Rule.text(detection: detection)).replacing("f='", with: "").replacing("'", with: "")
    }

    @Test(arguments: [
        ("a", "a"), ("a and b", "a and b"), ("a or b", "a or b"), ("not a", "not a"), ("(a)", "a"), ("not not a", "not not a"),
        ("a and not b or not c and d", "(a and not b) or (not c and d)"), ("a or b and c", "a or (b and c)"),
        ("(a or b) and c", "(a or b) and c"), ("not a and b", "not a and b"), ("not (a and b)", "not (a and b)"),
        ("a and b and c", "a and b and c"), ("a or b or c and d", "a or b or (c and d)"), ("not a or b", "not a or b"),
        ("1 of sel_*", "sel_1 or sel_2"), ("any of sel_*", "sel_1 or sel_2"), ("all of sel_*", "sel_1 and sel_2"),
        ("a and 1 of sel_*", "a and (sel_1 or sel_2)"), ("not 1 of sel_*", "not (sel_1 or sel_2)"), ("1 of a", "a"),
        ("all of *_1", "sel_1"), ("1 of s*l_*", "sel_1 or sel_2"), ("1 of _*", "_hidden"), ("notepad", "notepad"),
        ("1 of them", "a or b or c or d or sel_1 or sel_2 or notepad"),
        ("1 of *", "a or b or c or d or sel_1 or sel_2 or notepad"),
        ("[a, b]", "a or b"), ("[a and b, c]", "(a and b) or c"), ("\"a\\n  or b\"", "a or b"), ("a  and\n    b", "a and b"),
    ])
    func `conditions`(condition: String, match: String) {
        #expect(outcome(condition) == match)
    }

    @Test(arguments: [
        ("a and", "12:19", "the condition ends where a search identifier should follow"),
        ("and a", "12:14", "a search identifier is missing before \"and\""),
        ("a b", "12:16", "\"and\" or \"or\" is missing before \"b\""),
        ("a OR b", "12:16", "operators are written in lower case: \"or\", not \"OR\""),
        ("NOT a", "12:18", "\"and\" or \"or\" is missing before \"a\""),
        ("NOT", "12:14",
            "search identifier \"NOT\" is not defined under \"detection\"; operators are written in lower case: \"not\", "
                + "not \"NOT\""),
        ("(a or b", "12:14", "\")\" is missing for the \"(\" here"),
        ("a)", "12:15", "\")\" without \"(\" before it"),
        ("a (b)", "12:16", "\"and\" or \"or\" is missing before \"(\""),
        ("()", "12:15", "a search identifier is missing before \")\""),
        ("''", "12:15", "the condition is empty"),
        ("a and sel_3", "12:20", "search identifier \"sel_3\" is not defined under \"detection\"; did you mean \"sel_1\"?"),
        ("a and sel_*", "12:20", "write \"1 of sel_*\" or \"all of sel_*\": a pattern needs to know how many"),
        ("1 of sell_*", "12:14", "\"of sell_*\" matches no search identifier; did you mean \"sel_1\"?"),
        ("2 of sel_*", "12:14", "only \"1\", \"any\" or \"all\" can stand before \"of\", not \"2\""),
        ("1 of", "12:18", "\"them\" or a pattern such as \"selection_*\" is missing after \"of\""),
        ("1 of and", "12:19", "\"them\" or a pattern such as \"selection_*\" is missing after \"of\""),
        ("1 of a-*", "12:19", "a pattern after \"of\" cannot contain \"-\"; use \"*\" for it"),
        ("a & b", "12:16", "unexpected \"&\"; names consist of letters, digits, \"_\" and \"-\""),
        ("'a and q9'", "12:21", "search identifier \"q9\" is not defined under \"detection\""),
        ("|\n    a and\n    q9", "14:7", "search identifier \"q9\" is not defined under \"detection\""),
        ("{}", "12:14", "\"condition\" must be text over search identifiers, or a list of such texts"),
        ("~", "12:14", "\"condition\" must be text over search identifiers, or a list of such texts"),
        ("[a, []]", "12:14", "\"condition\" must be text over search identifiers, or a list of such texts"),
    ])
    func `errors have a place and a way out`(condition: String, place: String, message: String) {
        #expect(outcome(condition).replacing("f='", with: "") == "r.yml:\(place): error: \(message)".replacing("'", with: ""))
    }

    @Test func `depth and length are bounded`() {
        let deep = String(repeating: "(", count: 1_000) + "a" + String(repeating: ")", count: 1_000)
        #expect(outcome(deep).contains("nested more than 64 levels deep"))
        #expect(outcome(String(repeating: "not ", count: 1_000) + "a").contains("nested more than 64 levels deep"))
        #expect(outcome("a" + String(repeating: " or a", count: 5_000)).contains("longer than 16384 characters"))
    }

    @Test func `a rule has a bounded number of tests`() {
        let values = (0..<200).map { "v\($0)" }.joined(separator: ", ")
        let detection = "s: {f: [\(values)]}\ncondition: s" + String(repeating: " or s", count: 300)
        #expect(Rule.outcome(Rule.text(detection: detection)).contains("the rule has more than 50000 tests; split it"))
    }

    @Test func `any text is a condition or an error within it`() {
        var generator = SeededGenerator(seed: 11)
        let words = ["a", "b", "sel_*", "them", "1", "any", "all", "of", "and", "or", "not", "(", ")", "*", "OR", "x|y", "é"]
        var sound = 0
        for _ in 0..<1_500 {
            let count = Int.random(in: 1...8, using: &generator)
            let condition = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined(separator: " ")
            let result = outcome("\"\(condition)\"")
            if result.contains("error:") {
                let column = result.split(separator: ":")[2]
                #expect((15...(15 + condition.unicodeScalars.count)).contains(Int(column) ?? 0), "\(condition): \(result)")
            } else {
                sound += 1
            }
        }
        #expect(sound > 20)
    }

    @Test func `what is printed parses to the same`() {
        var generator = SeededGenerator(seed: 5)
        func random(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 4 ? 1 : 4), using: &generator) {
            case 0: ["a", "b", "c", "d"].randomElement(using: &generator) ?? "a"
            case 1: "(\(random(depth + 1)) and \(random(depth + 1)))"
            case 2: "(\(random(depth + 1)) or \(random(depth + 1)))"
            default: "not \(random(depth + 1))"
            }
        }
        for _ in 0..<500 {
            let condition = random(0)
            let once = outcome(condition)
            #expect(outcome(once) == once, "\(condition)")
        }
    }
}
