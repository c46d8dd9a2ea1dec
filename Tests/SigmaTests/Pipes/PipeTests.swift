import EventModel
import LocatedYAML
import Sigma
import TestSupport
import Testing

/// Conditions with a `|`, as Sigma had them before correlations.
@Suite struct PipeTests {
    /// A rule with the identifiers a, b, c, n_1, n_2; the condition is on line 12, from column 14.
    private func text(_ condition: String, timeframe: String? = "10m") -> String {
        let names = ["a", "b", "c", "n_1", "n_2"].map { "\($0): {f: \($0)}\n" }.joined()
        let frame = timeframe.map { "timeframe: \($0)" } ?? "unused: {f: u}"
        return "id: X\nlevel: high\n" + Rule.text(detection: names + "\(frame)\ncondition: \(condition)")
    }

    private func load(_ condition: String) throws -> (rules: [String], correlation: SigmaCorrelation) {
        let loaded = SigmaLoader.load(text: text(condition), path: "r.yml")
        #expect(loaded.diagnostics.filter { $0.severity == .error }.map(\.description) == [])
        let correlation = try #require(loaded.collection.correlations.first)
        #expect(correlation.rules == loaded.collection.rules.map(\.metadata.id))
        #expect(loaded.collection.silentRules == Set(correlation.rules))
        return (loaded.collection.rules.map { "\($0.metadata.id): \($0.expression.notation)" }, correlation)
    }

    @Test(arguments: [
        ("a | count() > 5", CorrelationKind.eventCount, [], [], CountCondition(.gt, 5)),
        ("a | count() by g >= 5", .eventCount, ["g"], [], CountCondition(.gte, 5)),
        ("a|count() by g,h.i>=5", .eventCount, ["g", "h.i"], [], CountCondition(.gte, 5)),
        ("a | count(v) by g > 5", .valueCount, ["g"], ["v"], CountCondition(.gt, 5)),
        ("a | count(v) == 5", .valueCount, [], ["v"], CountCondition(.eq, 5)),
        ("a | sum(v) by g > 300000", .valueSum, ["g"], ["v"], CountCondition(.gt, 300_000)),
        ("a | avg(v) by g < 2.5", .valueAvg, ["g"], ["v"], CountCondition(.lt, 2.5)),
        ("a | min(v) by g <= 2", .valuePercentile, ["g"], ["v"], CountCondition(.lte, 2)),
        ("a | max( v ) by g != -2", .valuePercentile, ["g"], ["v"], CountCondition(.neq, -2)),
    ] as [(String, CorrelationKind, [String], [String], CountCondition)])
    func `functions become correlations`(
        condition: String, kind: CorrelationKind, groupBy: [String], fields: [String], bound: CountCondition
    ) throws {
        let (rules, found) = try load(condition)
        #expect(rules == ["x.base: f='a'"])
        #expect(found.kind == kind)
        #expect(found.groupBy == groupBy)
        #expect(found.valueFields == fields)
        #expect(found.conditions == [bound])
        #expect(found.timespan == 600_000_000)
        #expect(found.percentile == (condition.contains("min") ? 0 : condition.contains("max") ? 100 : nil))
        #expect(found.metadata.id == "x" && found.metadata.title == "T" && found.metadata.level == .high)
    }

    @Test func `what stands before the pipe is the base rule`() throws {
        #expect(try load("(a or b) and not 1 of n_* | count() > 5").rules == [
            "x.base: (f='a' or f='b') and not (f='n_1' or f='n_2')",
        ])
    }

    @Test func `near joins events by time`() throws {
        let (rules, found) = try load("a and not c | near b and 1 of n_*")
        #expect(rules == ["x.base: f='a' and not f='c'", "x.b: f='b'", "x.n_1: f='n_1'", "x.n_2: f='n_2'"])
        #expect(found.kind == .temporal)
        #expect(found.groupBy == [])
        #expect(found.conditions == [])
        #expect(found.ruleCondition == .all([.rule("x.base"), .all([.rule("x.b"), .any([.rule("x.n_1"), .rule("x.n_2")])])]))
        let plain = try load("a | near b and c").correlation
        #expect(plain.conditions == [CountCondition(.gte, 3)])
        #expect(plain.ruleCondition == nil)
        let absent = try load("a | near b and not c").correlation
        #expect(absent.ruleCondition == .all([.rule("x.base"), .all([.rule("x.b"), .not(.rule("x.c"))])]))
    }

    @Test func `another correlation can build on it, a filter reaches its base rules`() {
        let more = "---\ntitle: C\ncorrelation: {type: temporal, rules: [X], timespan: 1h}\n"
            + "---\ntitle: F\nlogsource: {product: okta}\nfilter: {rules: [T], s: {u: x}, condition: not s}\n"
        let loaded = SigmaLoader.load(text: text("a | count() > 5") + "\n" + more, path: "r.yml")
        #expect(loaded.diagnostics.filter { $0.severity == .error } == [])
        #expect(loaded.collection.correlations.map(\.rules) == [["x.base"], ["x"]])
        #expect(loaded.collection.rules.map(\.expression.notation) == ["f='a' and not u='x'"])
    }

    @Test func `without a timeframe a day is taken, and told`() {
        let loaded = SigmaLoader.load(text: text("a | count() > 5", timeframe: nil), path: "r.yml")
        #expect(loaded.collection.correlations.first?.timespan == 86_400_000_000)
        #expect(loaded.diagnostics.map(\.description).contains(
            "r.yml:12:16: warning: a condition with \"|\" needs \"timeframe\" beside it, the time within which to look; without "
                + "one, a day is taken"))
    }

    @Test(arguments: [
        ("a |", "12:17", "an aggregation such as \"count() by user > 5\" is missing after \"|\""),
        ("a | last() > 5", "12:18", "unknown aggregation \"last\" after \"|\"; there are count, sum, avg, min, max and near"),
        ("a | count > 5", "12:24", "\"(\" is missing after \"count\""),
        ("a | count(v > 5", "12:26", "\")\" is missing after \"v\""),
        ("a | sum() > 5", "12:18", "\"sum()\" needs the field whose numbers it takes, as in \"sum(size)\""),
        ("a | count() by > 5", "12:29", "the name of a field is missing here"),
        ("a | count() by g,", "12:31", "the name of a field is missing here"),
        ("a | count() by g", "12:30", "a comparison such as \"> 5\" is missing here"),
        ("a | count() > five", "12:28", "a number is missing after \">\""),
        ("a | count() > -5", "12:16", "a count is never below 0; correct the number after \"|\""),
        ("a | count() > 5 and b", "12:30", "nothing can follow the bound of an aggregation, such as \"and\" here"),
        ("a | count() > 5 | count() > 6", "12:30", "nothing can follow the bound of an aggregation, such as \"|\" here"),
        ("a | near b | near c", "12:25", "\"|\" can stand only once in a rule's condition, before count, sum, avg, min, max or near"),
        ("a | near", "12:22", "the condition is empty"),
        ("a | near q9", "12:23", "search identifier \"q9\" is not defined under \"detection\""),
        ("a | near 1 of q9*", "12:23", "\"of q9*\" matches no search identifier"),
        ("q9 | count() > 5", "12:14", "search identifier \"q9\" is not defined under \"detection\""),
        ("| count() > 5", "12:14", "the condition is empty"),
        ("[a, 'b | count() > 5']", "12:21", "a condition with \"|\" cannot stand in a list; make it a rule of its own"),
    ])
    func `errors have a place and a way out`(condition: String, place: String, message: String) {
        let written = condition.hasPrefix("|") ? "'\(condition)'" : condition
        let errors = Rule.errors(text(written))
        let column = condition.hasPrefix("|") ? "12:15" : place
        #expect(errors.contains("r.yml:\(column): error: \(message)"), "\(errors)")
    }

    @Test func `any text behind a pipe is an aggregation or an error within it`() throws {
        var generator = SeededGenerator(seed: 7)
        let words = [
            "count", "sum", "near", "(", ")", "()", "by", "a", "b", "not", "and", "or", ">", ">=", "!", "5", "-5", "2.5", ",", "1 of n_*",
            "|", "é", "user",
        ]
        var sound = 0
        for _ in 0..<1_500 {
            // A sound one, of which none, one or two words are then changed.
            let whole = ["count() by user > 5", "count(v) >= 2.5", "sum(v) by a , b > 5", "near a and not b", "near a or 1 of n_*"]
            var rest = (whole.randomElement(using: &generator) ?? "").split(separator: " ").map(String.init)
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                rest[Int.random(in: rest.indices, using: &generator)] = words.randomElement(using: &generator) ?? ""
            }
            let condition = "a | \(rest.joined(separator: " "))"
            let loaded = SigmaLoader.load(text: text("\"\(condition)\""), path: "r.yml")
            let errors = loaded.diagnostics.filter { $0.severity == .error }
            #expect(errors.isEmpty == (loaded.collection.correlations.count == 1), "\(condition)")
            for error in errors {
                #expect(error.location.line == 12, "\(condition): \(error)")
                #expect((14...(16 + condition.unicodeScalars.count)).contains(error.location.column), "\(condition): \(error)")
            }
            if errors.isEmpty { sound += 1 }
        }
        #expect((300...1_200).contains(sound))
    }

    @Test func `a timeframe must be one`() {
        #expect(Rule.errors(text("a | count() > 5", timeframe: "5x")) == [
            "r.yml:11:14: error: \"5x\" is not a timeframe; write a number above 0 and s, m, h, d, w, M or y, as in 15m",
        ])
    }
}
