import LocatedYAML
import Sigma
import Testing

@Suite struct CorrelationTests {
    private static let rules = [
        Rule.named("one", id: "11111111-1111-4111-8111-111111111111", title: "The first"), Rule.named("two"), Rule.named("three"),
    ].joined(separator: "---\n")

    /// A correlation after the three rules above; its `correlation:` is on line 24.
    private func text(_ body: String) -> String {
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
        return Self.rules + "---\ntitle: C\ncorrelation:\n\(lines)"
    }

    private func correlation(_ body: String) throws -> SigmaCorrelation {
        let loaded = SigmaLoader.load(text: text(body), path: "r.yml")
        #expect(loaded.diagnostics.map(\.description) == [])
        return try #require(loaded.collection.correlations.first)
    }

    @Test func `event_count`() throws {
        let found = try correlation("type: event_count\nrules: one\ngroup-by: [user, src]\ntimespan: 5m\ncondition: {gte: 10}")
        #expect(found.kind == .eventCount)
        #expect(found.rules == ["11111111-1111-4111-8111-111111111111"])
        #expect(found.groupBy == ["user", "src"])
        #expect(found.timespan == 300_000_000)
        #expect(found.conditions == [CountCondition(.gte, 10)])
        #expect(found.generate == false)
        #expect(found.metadata.title == "C")
        #expect(found.metadata.id == "C")
    }

    @Test func `value_count, a range, one group for all, generate`() throws {
        let found = try correlation(
            "type: value_count\nrules: [two]\ntimespan: 1h\ngenerate: true\ncondition: {field: src, gt: 3, lte: 9}")
        #expect(found.kind == .valueCount)
        #expect(found.valueField == "src")
        #expect(found.groupBy == [])
        #expect(found.conditions == [CountCondition(.gt, 3), CountCondition(.lte, 9)])
        #expect(found.generate)
    }

    @Test(arguments: [("temporal", CorrelationKind.temporal), ("temporal_ordered", .temporalOrdered)])
    func `temporal types need all rules unless told otherwise`(type: String, kind: CorrelationKind) throws {
        let found = try correlation("type: \(type)\nrules: [two, The first, three]\ngroup-by: user\ntimespan: 1d")
        #expect(found.kind == kind)
        #expect(found.rules == ["two", "11111111-1111-4111-8111-111111111111", "three"])
        #expect(found.conditions == [CountCondition(.gte, 3)])
        let two = try correlation("type: \(type)\nrules: [one, two, three]\ngroup-by: user\ntimespan: 1d\ncondition: {gte: 2}")
        #expect(two.conditions == [CountCondition(.gte, 2)])
    }

    @Test func `aliases`() throws {
        let found = try correlation(
            "type: temporal\nrules: [one, two]\ngroup-by: who\ntimespan: 1m\naliases: {who: {one: actor, two: user.name}}")
        #expect(found.aliases == ["who": ["11111111-1111-4111-8111-111111111111": "actor", "two": "user.name"]])
    }

    @Test(arguments: [
        ("90s", Int64(90)), ("2m", 120), ("3h", 10_800), ("1d", 86_400), ("1w", 604_800), ("1M", 2_629_746), ("1y", 31_556_952),
    ])
    func `timespans`(text: String, seconds: Int64) throws {
        #expect(try correlation("type: temporal\nrules: [one]\ntimespan: \(text)").timespan == seconds * 1_000_000)
    }

    @Test(arguments: [
        ("type: event_count\nrules: oen\ntimespan: 5m\ncondition: {gte: 1}",
            "26:10", "no rule has the id, name or title \"oen\"; did you mean \"one\"?"),
        ("type: event_cuont\nrules: one\ntimespan: 5m\ncondition: {gte: 1}",
            "25:9", "unknown correlation type \"event_cuont\"; there are event_count, value_count, temporal, temporal_ordered, "
                + "value_sum, value_avg, value_percentile, value_median, spike, drop, first_seen, rare, unusual_time, travel, "
                + "peer_outlier, risk; did you mean \"event_count\"?"),
        ("type: temporal\nrules: one\ntimespan: 5x",
            "27:13", "\"5x\" is not a timespan; write a number above 0 and s, m, h, d, w, M or y, as in 15m"),
        ("type: temporal\nrules: one\ntimespan: 0s",
            "27:13", "\"0s\" is not a timespan; write a number above 0 and s, m, h, d, w, M or y, as in 15m"),
        ("type: temporal\nrules: one\ntimeframe: 5m", "27:3", "the key for the window of a correlation is \"timespan\""),
        ("type: temporal\nrules: one", "25:3", "required key \"timespan\" is missing"),
        ("type: temporal\ntimespan: 5m", "25:3", "required key \"rules\" is missing"),
        ("type: temporal\nrules: []\ntimespan: 5m", "26:10", "\"rules\" must name at least one rule, by id, name or title"),
        ("type: event_count\nrules: one\ntimespan: 5m", "25:3", "required key \"condition\" is missing"),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: {gte: 1, gtt: 2}",
            "28:23", "unknown key \"gtt\"; did you mean \"gt\"?"),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: {}", "28:14",
            "the condition needs a bound: gt, gte, lt, lte, eq or neq"),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: {gte: ten}",
            "28:20", "\"gte\" must be a number, not \"ten\""),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: {gte: -1}", "28:20", "\"gte\" must be at least 0, not -1"),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: {gte: 1, gt: 2}",
            "28:14", "a condition has one bound, or a range of one of gt, gte and one of lt, lte"),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: {gt: 4, lt: 5}", "28:14",
            "no number lies in the range of this condition"),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: {gte: 1, field: f}",
            "28:30", "event_count looks at no field's values, so it has no \"field\""),
        ("type: value_count\nrules: one\ntimespan: 5m\ncondition: {gte: 1}", "28:14", "required key \"field\" is missing"),
        ("type: value_count\nrules: one\ntimespan: 5m\ncondition: {gte: 1, field: [a, A]}",
            "28:30", "a field stands twice under \"field\"; name each once"),
        ("type: value_count\nrules: one\ntimespan: 5m\ncondition: {gte: 1, field: []}",
            "28:30", "\"field\" must name at least one field"),
        ("type: value_sum\nrules: one\ntimespan: 5m\ncondition: {gte: 1, field: [a, b]}",
            "28:30", "value_sum computes with the numbers of one field, not of 2; name one"),
        ("type: value_percentile\nrules: one\ntimespan: 5m\ncondition: {gte: 1, field: a}",
            "28:14", "required key \"percentile\" is missing"),
        ("type: value_percentile\nrules: one\ntimespan: 5m\ncondition: {gte: 1, field: a, percentile: 101}",
            "28:45", "\"percentile\" must be 0 to 100, not 101"),
        ("type: value_avg\nrules: one\ntimespan: 5m\ncondition: {gte: 1, field: a, percentile: 50}",
            "28:45", "only value_percentile takes a percentile; value_avg has none"),
        ("type: value_avg\nrules: one\ntimespan: 5m\ncondition: {gt: 2.5, lt: 2.5, field: a}",
            "28:14", "no number lies in the range of this condition"),
        ("type: value_avg\nrules: one\ntimespan: 5m\ncondition: {gt: .nan, field: a}",
            "28:19", "\"gt\" must be a number, not \".nan\""),
        ("type: event_count\nrules: one\ntimespan: 5m\ncondition: one",
            "28:14", "the condition of event_count must be a mapping such as \"gte: 10\"; only temporal and temporal_ordered take "
                + "an expression over rules"),
        ("type: temporal\nrules: one\ntimespan: 5m\nsuppress: 1h",
            "28:3", "\"suppress\" stands beside the title, not under \"correlation\""),
        ("type: temporal\nrules: [one, two]\ntimespan: 5m\ncondition: {gte: 3}",
            "28:3", "the condition can never hold: only 2 rules are listed"),
        ("type: temporal\nrules: [one, two, The first]\ntimespan: 5m",
            "26:21", "rule \"The first\" is already in the list; name each rule once"),
        ("type: temporal\nrules: [one, {x: 1}]\ntimespan: 5m",
            "26:16", "a rule is referred to by its id, name or title, not by a mapping"),
        ("type: temporal\nrules: [one, two]\ntimespan: 5m\naliases: {who: {one: a}}",
            "28:13", "alias \"who\" names no field for rule \"two\""),
        ("type: temporal\nrules: [one]\ntimespan: 5m\naliases: {who: {one: a, two: b}}",
            "28:27", "alias \"who\" names rule \"two\", which is not under \"rules\""),
        ("type: temporal\nrules: [one]\ntimespan: 5m\naliases: {who: a}",
            "28:18", "alias \"who\" must map rules to fields, as in \"login_rule: user.name\""),
    ])
    func `errors have a place and a way out`(body: String, place: String, message: String) {
        #expect(Rule.errors(text(body)).first == "r.yml:\(place): error: \(message)")
    }

    @Test(arguments: [
        ("{gt: 2.5}", CountCondition(.gt, 2.5)), ("{lte: -3}", CountCondition(.lte, -3)), ("{eq: 2.0}", CountCondition(.eq, 2)),
        ("{gte: 9007199254740993}", CountCondition(.gte, 9_007_199_254_740_993)),
    ])
    func `numbers of a field are compared with any number, exactly`(bound: String, expected: CountCondition) throws {
        for type in ["value_sum", "value_avg", "value_median"] {
            let condition = bound.replacing("}", with: ", field: size}")
            let found = try correlation("type: \(type)\nrules: one\ntimespan: 1h\ncondition: \(condition)")
            #expect(found.kind.rawValue == type)
            #expect(found.conditions == [expected])
            #expect(found.valueField == "size")
        }
    }

    @Test func `percentiles, and distinct tuples of several fields`() throws {
        let percentile = try correlation(
            "type: value_percentile\nrules: one\ntimespan: 1h\ncondition: {gt: 10, field: size, percentile: 99.5}")
        #expect(percentile.percentile == 99.5)
        let tuples = try correlation("type: value_count\nrules: one\ntimespan: 1h\ncondition: {gte: 2, field: [user, src]}")
        #expect(tuples.valueFields == ["user", "src"])
        #expect(tuples.valueField == nil)
    }

    @Test func `a count compared with a fraction is warned of`() {
        let loaded = SigmaLoader.load(text: text("type: event_count\nrules: one\ntimespan: 1h\ncondition: {gte: 2.5}"))
        #expect(loaded.diagnostics.map(\.message) == ["event_count compares a whole number; 2.5 lies between two"])
        #expect(loaded.collection.correlations.first?.conditions == [CountCondition(.gte, 2.5)])
    }

    @Test func `a reference to a broken rule says so`() {
        let text = """
            title: broken
            logsource: {product: okta}
            detection: {s: {f|nope9: 1}, condition: s}
            ---
            title: C
            correlation: {type: temporal, rules: [broken], timespan: 1h}
            """
        #expect(Rule.errors(text).last == "r.yml:6:39: error: rule \"broken\" has errors of its own; mend that rule first")
    }

    @Test func `a title that two rules have is no reference`() {
        let text = [Rule.named("one", title: "same"), Rule.named("two", title: "same")].joined(separator: "---\n")
            + "---\ntitle: C\ncorrelation: {type: temporal, rules: [same], timespan: 1h}"
        #expect(Rule.errors(text) == [
            "r.yml:16:39: error: several rules are called \"same\" (r.yml:1:1, r.yml:8:1); refer to one by its id",
        ])
    }

    @Test func `base rules are silent unless a correlation generates`() throws {
        let body = "type: event_count\nrules: [one, two]\ntimespan: 5m\ncondition: {gte: 1}"
        let more = "---\ntitle: D\ngenerate: true\ncorrelation: {type: temporal, rules: [two], timespan: 1h}"
        let loaded = SigmaLoader.load(text: text(body) + more)
        #expect(loaded.collection.silentRules == ["11111111-1111-4111-8111-111111111111"])
    }
}
