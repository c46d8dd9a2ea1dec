import LocatedYAML
import Sigma
import Testing

@Suite struct RuleCheckTests {
    private func warnings(_ text: String) -> [String] {
        let loaded = SigmaLoader.load(text: text, path: "r.yml")
        #expect(!loaded.hasErrors)
        return loaded.diagnostics.map(\.description)
    }

    @Test(arguments: [
        ("s: {f: 1}\nunused: {f: 2}\ncondition: s", ["5:3: warning: search identifier \"unused\" is not used by the condition"]),
        ("s: {f|all: 1}\ncondition: s", ["4:7: warning: \"all\" has only one value to match; leave it out, or list more values"]),
        ("s: ['']\ncondition: s", ["4:6: warning: an empty keyword matches every event that has a value"]),
        ("s: {f|contains|contains: a}\ncondition: s", ["4:7: warning: modifier \"contains\" stands more than once"]),
        ("s: {f: 1}\nt: {f: 1}\ncondition: 1 of them", []),
        ("s: {f: [a, b, a]}\ncondition: s", ["4:17: warning: \"a\" stands twice in this list"]),
        ("s: {f: [\"\\u2000\", \"\\u2002\"]}\ncondition: s", []),
        ("s: {f: no}\ncondition: s", ["4:10: warning: no is read as false; put quotes around it if you mean the word"]),
        ("s: {f: 017}\ncondition: s", ["4:10: warning: 017 is read as the number 15; put quotes around it"]),
        ("s: {f: 1:30}\ncondition: s", ["4:10: warning: 1:30 is read as the number 90; put quotes around it"]),
        ("s: {f|exists: no, g: true, h: 0, i: 'no'}\ncondition: s", []),
        ("s: {f: 1}\ncondition: not s", [
            "5:14: warning: the rule matches every event of its log source that has none of its fields; add what must be there, "
                + "not only what must not",
        ]),
        ("s: {f: ~}\nt: {g: 1}\ncondition: s and t", []),
        ("s: {f: 1}\ntimeframe: 5m\ncondition: s",
            ["5:14: warning: \"timeframe\" has no meaning without \"|\" in the condition; take it out"]),
    ])
    func `detections`(detection: String, expected: [String]) {
        #expect(warnings(Rule.text(detection: detection)) == expected.map { "r.yml:\($0)" })
    }

    @Test(arguments: [
        ("status: stabel",
            ["status \"stabel\" is none of stable, test, experimental, deprecated, unsupported; did you mean \"stable\"?"]),
        ("tags: [attack.t1110, Attack.X, nodot]", [
            "tag \"Attack.X\" must be \"namespace.value\" in lower case, as in attack.t1110",
            "tag \"nodot\" must be \"namespace.value\" in lower case, as in attack.t1110",
        ]),
        ("status: test\ntags: [a-b.c_d.e-1]", []),
    ])
    func `metadata`(line: String, expected: [String]) {
        let text = Rule.text(detection: "s: {f: 1}\ncondition: s") + line
        #expect(warnings(text) == expected.map { "r.yml:1:1: warning: \($0)" })
    }

    @Test(arguments: [("{lt: 5}", true), ("{lte: 1}", true), ("{lt: 1}", false), ("{gt: 1, lt: 5}", false), ("{gte: 5}", false)])
    func `upper bounds alone`(condition: String, isTold: Bool) {
        let correlation = "---\ntitle: C\ncorrelation: {type: event_count, rules: [a], timespan: 1h, condition: \(condition)}"
        let loaded = SigmaLoader.load(text: Rule.named("a") + correlation, path: "r.yml")
        #expect(loaded.diagnostics.map(\.description) == (isTold ? [
            "r.yml:9:60: warning: the condition holds at the first event of every group; that too few events come cannot be told "
                + "by an upper bound",
        ] : []))
    }

    @Test(arguments: [
        ("falsepositive: [x]", ["\"falsepositive\" is no key of Sigma's and is left alone; did you mean \"falsepositives\"?"]),
        ("refrences: [x]", ["\"refrences\" is no key of Sigma's and is left alone; did you mean \"references\"?"]),
        ("supress: 1h", ["\"supress\" is no key of Sigma's and is left alone; did you mean \"suppress\"?"]),
        ("simulation: {x: y}\nregression_tests_path: z\nenrichment: []", []),
    ])
    func `keys that look like slips`(line: String, expected: [String]) {
        #expect(warnings(Rule.named("a") + line) == expected.map { "r.yml:7:1: warning: \($0)" })
    }

    @Test func `long titles`() {
        let title = String(repeating: "x", count: 257)
        #expect(warnings(Rule.text(detection: "s: {f: 1}\ncondition: s", title: title)) == [
            "r.yml:1:1: warning: the title is longer than 256 characters",
        ])
    }
}
