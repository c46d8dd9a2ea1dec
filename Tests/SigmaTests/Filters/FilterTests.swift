import EventModel
import LocatedYAML
import Sigma
import Testing

@Suite struct FilterTests {
    /// Rules a (okta), b (okta, service x), c (github), each `s: {f: <name>}`; lines 1 to 24.
    private static let rules = ["a: {product: okta}", "b: {product: okta, service: x}", "c: {product: github}"].map { rule in
        let parts = rule.split(separator: ":", maxSplits: 1)
        return Rule.named(String(parts[0])).replacing("logsource: {product: okta}", with: "logsource:\(parts[1])")
    }.joined(separator: "---\n")

    /// A filter; its `filter:` is on line 24.
    private func text(_ filter: String, logSource: String = "{product: okta}", rules: String = FilterTests.rules) -> String {
        rules + "---\ntitle: F\nlogsource: \(logSource)\nfilter: \(filter)\n"
    }

    private func load(_ filter: String, logSource: String = "{product: okta}") -> LoadedRules {
        SigmaLoader.load(text: text(filter, logSource: logSource), path: "r.yml")
    }

    private func matches(_ loaded: LoadedRules) -> [String] { loaded.collection.rules.map(\.expression.notation) }

    @Test(arguments: [
        ("{rules: any, s: {u: x}, condition: not s}", "{product: okta}",
            ["f='a' and not u='x'", "f='b' and not u='x'", "f='c'"]),
        ("{rules: [], s: {u: x}, condition: not s}", "{product: okta, service: x}", ["f='a'", "f='b' and not u='x'", "f='c'"]),
        ("{rules: [a, title of c], s: {u: x}, condition: not s}", "{product: okta}", ["f='a' and not u='x'", "f='b'", "f='c'"]),
        ("{rules: c, s: {u: x}, condition: not s}", "{product: GitHub}", ["f='a'", "f='b'", "f='c' and not u='x'"]),
        ("{rules: a, s: {u: x}, t_1: {v: y}, t_2: {v: z}, condition: not 1 of t_* and not s}", "{product: okta}",
            ["f='a' and (not (v='y' or v='z') and not u='x')", "f='b'", "f='c'"]),
        ("{rules: a, x: {u: x}, y: {v: y}, condition: not 1 of them}", "{product: okta}",
            ["f='a' and not (u='x' or v='y')", "f='b'", "f='c'"]),
        ("{rules: a, s: {u|neq: x}, condition: s}", "{product: okta}", ["f='a' and not u='x'", "f='b'", "f='c'"]),
    ])
    func `filters are ANDed to the rules they are for`(filter: String, logSource: String, expected: [String]) {
        #expect(matches(load(filter, logSource: logSource)) == expected)
    }

    @Test func `what was applied stands on the rule, and changes its version`() throws {
        let loaded = load("{rules: any, s: {u: x}, condition: not s}")
        let plain = SigmaLoader.load(text: Self.rules).collection.rules
        #expect(loaded.collection.rules.map { $0.filters.map(\.title) } == [["F"], ["F"], []])
        #expect(loaded.collection.rules[0].filters.first?.location.line == 22)
        #expect(zip(loaded.collection.rules, plain).map { $0.metadata.version == $1.metadata.version } == [false, false, true])
        let changed = load("{rules: any, s: {u: y}, condition: not s}").collection.rules
        #expect(changed[0].metadata.version != loaded.collection.rules[0].metadata.version)
    }

    @Test func `several filters, in the order in which they stand`() {
        let two = "{rules: any, s: {u: x}, condition: not s}\n---\ntitle: G\nlogsource: {product: okta}\n"
            + "filter: {rules: [b], s: {v: y}, condition: not s}"
        let loaded = load(two)
        #expect(loaded.diagnostics == [])
        #expect(matches(loaded) == ["f='a' and not u='x'", "f='b' and not u='x' and not v='y'", "f='c'"])
        #expect(loaded.collection.rules[1].filters.map(\.id) == ["F", "G"])
    }

    @Test func `them of the rule is the rule's own`() {
        let rule = "title: R\nlogsource: {product: okta}\ndetection: {s: {f: 1}, t: {g: 2}, condition: 1 of them}\n"
        let filter = text("{rules: R, s: {u: x}, condition: not s}", rules: rule)
        #expect(Rule.outcome(filter) == "(f=1 or g=2) and not u='x'")
    }

    @Test func `across files, whatever their order, never to correlations`() throws {
        let folder = try TemporaryFolder()
        try folder.write("title: F\nlogsource: {product: okta}\nfilter: {rules: [late], s: {u: x}, condition: not s}", to: "a.yml")
        try folder.write("title: C\ncorrelation: {type: temporal, rules: [late], timespan: 1h}", to: "b.yml")
        try folder.write(Rule.named("late"), to: "c.yml")
        let loaded = SigmaLoader.load(paths: [folder.path])
        #expect(loaded.diagnostics == [])
        #expect(matches(loaded) == ["f='late' and not u='x'"])
        #expect(loaded.collection.correlations.map(\.rules) == [["late"]])
    }

    @Test func `the trap is told, with the way out`() {
        let warnings = load("{rules: a, s: {u: x}, t: {v: y}, condition: s or t}").diagnostics.map(\.description)
        #expect(warnings == [
            "r.yml:24:53: warning: this filter lets its rules match ONLY events that it selects: its condition is ANDed to theirs; "
                + "to leave those events out instead, write \"condition: not (s or t)\"",
        ])
        #expect(load("{rules: a, s: {u: x}, condition: 1 of s*}").diagnostics.first?.message.hasSuffix(
            "write \"condition: not 1 of s*\"") == true)
    }

    @Test(arguments: [
        ("{rules: [a, aa9], s: {u: x}, condition: not s}", "24:21", "no rule has the id, name or title \"aa9\""),
        ("{s: {u: x}, condition: not s}", "24:1",
            "\"filter\" needs \"rules\": \"any\", or a list of the rules' ids, names or titles"),
        ("{rules: [{x: 1}], s: {u: x}, condition: not s}", "24:18",
            "a rule is referred to by its id, name or title, not by a mapping"),
        ("{rules: any, s: {u: x}}", "24:1",
            "\"filter\" needs a condition, one text such as \"condition: not selection\""),
        ("{rules: any, s: {u: x}, condition: [not s]}", "24:44",
            "\"filter\" needs a condition, one text such as \"condition: not selection\""),
        ("{rules: any, s: {u: x}, condition: not q9}", "24:48", "search identifier \"q9\" is not defined under \"filter\""),
        ("{rules: any, s: {u|expand: '%no%'}, condition: not s}", "24:36",
            "placeholder %no% has no values; define them under \"placeholders\" in the configuration"),
        ("[]", "24:9", "\"filter\" must be a mapping with rules, search identifiers and a condition"),
    ])
    func `errors have a place and a way out`(filter: String, place: String, message: String) {
        let errors = load(filter).diagnostics.map(\.description)
        #expect(errors.contains("r.yml:\(place): error: \(message)"), "\(errors)")
    }

    @Test func `a broken filter says by name that it is not applied`() {
        let loaded = load("{rules: any, s: {u|expand: '%no%'}, condition: not s}")
        #expect(loaded.diagnostics.map(\.message).contains("filter \"F\" is not applied to any rule, because of its errors"))
        #expect(matches(loaded) == ["f='a'", "f='b'", "f='c'"])
    }

    @Test func `filters that reach nothing are told`() {
        #expect(load("{rules: any, s: {u: x}, condition: not s}", logSource: "{product: slack}").diagnostics.map(\.message) == [
            "filter \"F\" is for no rule: none has a log source within its own",
        ])
        #expect(load("{rules: [c], s: {u: x}, condition: not s}").diagnostics.map(\.description) == [
            "r.yml:24:18: warning: the filter is not applied to \"c\", whose log source does not lie within the filter's; "
                + "name only what that rule names under \"logsource\"",
        ])
        let correlation = "---\ntitle: Chain\ncorrelation: {type: temporal, rules: [a], timespan: 1h}\n"
        let loaded = SigmaLoader.load(text: Self.rules + correlation + text("{rules: Chain, s: {u: x}, condition: not s}", rules: ""))
        #expect(loaded.diagnostics.map(\.message) == [
            "\"Chain\" is a correlation; filters apply to single-event rules, so name the rules that it builds on",
        ])
    }

    @Test func `two filters with one id are told`() {
        let filter = "{rules: a, s: {u: x}, condition: not s}\n---\ntitle: F\nlogsource: {product: okta}\n"
            + "filter: {rules: a, s: {u: x}, condition: not s}"
        #expect(load(filter).diagnostics.map(\.message) == ["id \"F\" is already taken by the filter at r.yml:22:1"])
    }

    @Test func `a large filter for all rules is bounded`() {
        let values = (0..<20_000).map { "v\($0)" }.joined(separator: ", ")
        let rules = (0..<101).map { Rule.named("r\($0)") }.joined(separator: "---\n")
        let filter = text("{rules: any, s: {u: [\(values)]}, condition: not s}", rules: rules)
        let errors = Rule.errors(filter)
        #expect(errors.count == 1)
        #expect(errors.first?.contains("filter \"F\" and those before it add more than 2000000 tests") == true)
    }
}
