import EventModel
import LocatedYAML
import Matching
import Sigma
import TestSupport
import Testing

/// Rules made to cost time and memory. The bounds are wide, so that a slow machine passes; what grows with the square of the
/// input, or doubles with each level, does not.
@Suite(.serialized) struct HostileRuleTests {
    static let clock = ContinuousClock()

    private func load(_ text: String, placeholders: [String: [String]] = [:], within limit: Duration = .seconds(20)) -> LoadedRules {
        let start = Self.clock.now
        let loaded = SigmaLoader.load(text: text, path: "r.yml", placeholders: placeholders)
        #expect(Self.clock.now - start < limit)
        return loaded
    }

    private func errors(_ loaded: LoadedRules) -> [String] { loaded.diagnostics.filter { $0.severity == .error }.map(\.message) }

    @Test(arguments: [
        ("(a+)+$", false), ("(a|a)*b", false), ("(a*)*(a*)*(a*)*c", false), ("(.*a){20}!", true), ("(.*a){20}[^a!]", false),
        ("((a{1,10}){1,10}){1,10}!", true), ("(?:a?){500}a{500}!$", true),
    ])
    func `nested quantifiers run in linear time`(source: String, matches: Bool) throws {
        let rule = try #require(load(Rule.text(detection: "s: {f|re: '\(source)'}\ncondition: s")).collection.rules.first)
        let catalog = FieldCatalog()
        let program = MatchProgram(rule.expression, catalog: catalog)
        let value = String(repeating: "a", count: 100_000) + "!"
        let batch = RecordBatch(
            source: Source(id: 0, name: "test"), receivedAt: Timestamp(microseconds: 0), bytes: Arena(), records: [])
        let builder = EventBuilder(batch)
        var row = EventRow(record: 0, raw: RecordSpan(offset: 0, length: 0), receivedAt: Timestamp(microseconds: 0))
        builder.append(catalog.intern("f"), derived: value, kind: .string)
        row.vendorEnd = 1
        row.ocsfStart = 1
        row.ocsfEnd = 1
        builder.append(row)
        let events = builder.finish()
        let start = Self.clock.now
        #expect(program.matches(events[0], scratch: MatchScratch()) == matches)
        #expect(Self.clock.now - start < .seconds(10))
    }

    @Test func `repetitions of repetitions are refused or small`() {
        for source in ["(a{1000}){1000}", "((a{100}){100}){100}", "\\pL{1000}", String(repeating: "(", count: 2_000) + "a"] {
            _ = load(Rule.text(detection: "s: {f|re: '\(source)'}\ncondition: s"), within: .seconds(5))
        }
        let loaded = load(Rule.text(detection: "s: {f|re: '(a{1000}){1000}'}\ncondition: s"))
        #expect(errors(loaded).first?.hasPrefix("the regular expression is refused") == true)
    }

    @Test func `ten thousand alternatives`() {
        let alternatives = (0..<10_000).map { "word\($0)x" }
        let expression = Rule.text(detection: "s: {f|re: '\(alternatives.joined(separator: "|"))'}\ncondition: s")
        let first = load(expression)
        #expect(first.collection.rules.count + errors(first).count == 1)
        let list = Rule.text(detection: "s: {f|contains: [\(alternatives.joined(separator: ", "))]}\ncondition: s")
        #expect(load(list).collection.rules.count == 1)
    }

    @Test func `a thousand regular expressions are enough`() {
        let list = (0..<1_001).map { "'a\($0)+'" }.joined(separator: ", ")
        #expect(errors(load(Rule.text(detection: "s: {f|re: [\(list)]}\ncondition: s"))) == [
            "the rule has more than 1000 regular expressions; join them with \"|\", or split it",
        ])
    }

    @Test func `a list of 100,000 values is refused`() {
        let values = (0..<100_000).map { "v\($0)" }.joined(separator: ", ")
        let loaded = load(Rule.text(detection: "s: {f: [\(values)]}\ncondition: s"))
        #expect(loaded.collection.rules.isEmpty)
        #expect(!errors(loaded).isEmpty)
        let fewer = (0..<60_000).map { "v\($0)" }.joined(separator: ", ")
        #expect(errors(load(Rule.text(detection: "s: {f: [\(fewer)]}\ncondition: s"))) == [
            "the rule has more than 50000 tests; split it",
        ])
    }

    @Test func `modifiers that multiply are bounded`() {
        let dashes = (0..<10_000).map { "'-a\($0) -b -c'" }.joined(separator: ", ")
        #expect(errors(load(Rule.text(detection: "s: {f|windash: [\(dashes)]}\ncondition: s"))) == [
            "the rule has more than 50000 tests; split it",
        ])
        let lists = ["many": (0..<200).map { "-\($0) -b -c" }]
        let expanded = (0..<1_000).map { "'%many%\($0)'" }.joined(separator: ", ")
        #expect(errors(load(Rule.text(detection: "s: {f|expand|windash: [\(expanded)]}\ncondition: s"), placeholders: lists)) == [
            "the rule has more than 50000 tests; split it",
        ])
    }

    @Test func `bombs of aliases are refused`() {
        let bomb = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n"
            + (1..<12).map { "x\($0): &x\($0) [\(Array(repeating: "*x\($0 - 1)", count: 10).joined(separator: ", "))]\n" }.joined()
        let loaded = load(bomb + Rule.text(detection: "s: {f: *x11}\ncondition: s"))
        #expect(loaded.collection.rules.isEmpty)
        #expect(!errors(loaded).isEmpty)
        let itself = load("a: &a [*a]\n" + Rule.text(detection: "s: {f: 1}\ncondition: s"))
        #expect(!errors(itself).isEmpty)
    }

    @Test func `deep nesting is refused`() {
        let lists = String(repeating: "[", count: 5_000) + "a" + String(repeating: "]", count: 5_000)
        #expect(!errors(load(Rule.text(detection: "s: \(lists)\ncondition: s"))).isEmpty)
        let parentheses = String(repeating: "(", count: 8_000) + "s" + String(repeating: ")", count: 8_000)
        #expect(errors(load(Rule.text(detection: "s: {f: 1}\ncondition: \(parentheses)"))) == ["nested more than 64 levels deep"])
        let pipe = "s: {f: 1}\ntimeframe: 5m\ncondition: s | near \(parentheses)"
        #expect(errors(load(Rule.text(detection: pipe))).first?.contains("nested more than") == true)
    }

    @Test func `many documents, filters for all of them, and circles`() {
        let rules = (0..<1_000).map { Rule.named("r\($0)") }
        let filters = (0..<100).map {
            "title: F\($0)\nlogsource: {product: okta}\nfilter: {rules: any, s: {u: x\($0)}, condition: not s}\n"
        }
        let circle = (0..<1_000).map {
            "title: C\($0)\ncorrelation: {type: temporal, rules: [C\(($0 + 1) % 1_000), r\($0)], timespan: 1h}\n"
        }
        let loaded = load((rules + filters + circle).joined(separator: "---\n"), within: .seconds(60))
        #expect(loaded.collection.rules.count == 1_000)
        #expect(loaded.collection.rules.allSatisfy { $0.filters.count == 100 })
        #expect(loaded.collection.correlations.isEmpty)
        #expect(errors(loaded).count == 1_000)
    }

    @Test func `keys and texts of any size`() {
        let long = String(repeating: "x", count: 1_000_000)
        for text in ["f\(long): a", "f|\(long): a", "f: \(long)", "f|cidr: \(long)", "f|re: '\(long)'", "f|expand: '\(long)%'"] {
            _ = load(Rule.text(detection: "s: {\(text)}\ncondition: s", title: "T"))
        }
        #expect(errors(load(Rule.text(detection: "s: {f: 1}\ncondition: \(long)"))).first?.contains("longer than") == true)
        let stars = String(repeating: "*a", count: 50_000)
        #expect(load(Rule.text(detection: "s: {f: '\(stars)'}\ncondition: s")).collection.rules.count == 1)
    }
}
