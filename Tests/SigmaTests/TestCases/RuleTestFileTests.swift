import LocatedYAML
import Sigma
import Testing

@Suite struct RuleTestFileTests {
    private func file(_ text: String) -> RuleTestFile { RuleTestFile(text: text, path: "rules/a.test.yml") }

    private static let template = "{id: 'e{seq}', t: '2026-01-01T00:00:00.000Z', u: {n: x}}"

    private func records(_ steps: String, template: String = RuleTestFileTests.template) -> [String] {
        let read = file("time: t\ntemplates:\n  e: \(template)\ncases:\n  - name: c\n    expect: alert\n    sequence:\n\(steps)")
        #expect(read.diagnostics.map(\.description) == [])
        return (read.cases.first?.records ?? []).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `records as they are`() throws {
        let read = file(
            """
            rule: the_rule
            product: okta
            cases:
              - name: one
                expect: nothing
                events:
                  - {a: "1", b: 1, c: yes, d: 'yes', e: ~, f: [1.50, {g: "x\\"y"}], h: 0x10, i: 2026-01-05}
                  - "<13>plain text"
              - name: two
                expect: {count: 2}
                rule: other
                product: github
                events: [{}]
            """)
        #expect(read.diagnostics == [])
        #expect(read.rulePath == "rules/a.yml")
        let first = try #require(read.cases.first)
        #expect(first.name == "one" && first.rule == "the_rule" && first.product == "okta" && first.expectation == .nothing)
        #expect(first.location.description == "rules/a.test.yml:4:5")
        #expect(first.records.map { String(decoding: $0, as: UTF8.self) } == [
            #"{"a":"1","b":1,"c":true,"d":"yes","e":null,"f":[1.5,{"g":"x\"y"}],"h":16,"i":"2026-01-05"}"#, "<13>plain text",
        ])
        #expect(read.cases[1].rule == "other" && read.cases[1].product == "github" && read.cases[1].expectation == .count(2))
    }

    @Test(arguments: [
        (RuleTestCase.Expectation.alert, 0, false), (.alert, 3, true), (.nothing, 0, true), (.nothing, 1, false),
        (.count(2), 2, true), (.count(2), 3, false),
    ])
    func `expectations`(expectation: RuleTestCase.Expectation, findings: Int, holds: Bool) {
        #expect(expectation.holds(findings) == holds)
    }

    @Test func `a step repeats, counts, varies`() {
        let vary = "{u.n: 'user{n}@x', u.k: [a, b]}"
        #expect(records("      - {event: e, repeat: 3, every: 10s, vary: \(vary), set: {new.deep: 1}}") == [
            #"{"id":"e1","t":"2026-01-05T09:00:00.000Z","u":{"n":"user1@x","k":"a"},"new":{"deep":1}}"#,
            #"{"id":"e2","t":"2026-01-05T09:00:10.000Z","u":{"n":"user2@x","k":"b"},"new":{"deep":1}}"#,
            #"{"id":"e3","t":"2026-01-05T09:00:20.000Z","u":{"n":"user3@x","k":"a"},"new":{"deep":1}}"#,
        ])
    }

    @Test func `steps follow each other in time`() {
        let steps = ["{event: e, repeat: 2}", "{event: e, after: 5m}", "{event: e, at: 30s}", "{event: e}"]
        let times = records(steps.map { "      - \($0)" }.joined(separator: "\n")).map { $0.split(separator: "\"")[7] }
        #expect(times == [
            "2026-01-05T09:00:00.000Z", "2026-01-05T09:00:01.000Z", "2026-01-05T09:05:01.000Z", "2026-01-05T09:00:30.000Z",
            "2026-01-05T09:00:31.000Z",
        ])
    }

    @Test(arguments: [
        ("{t: '2026-01-01T00:00:00Z'}", #"{"t":"2026-01-05T09:00:00Z"}"#),
        ("{t: '2026-01-01T00:00:00'}", #"{"t":"2026-01-05T09:00:00"}"#),
        ("{t: '2026-01-01T00:00:00.123456Z'}", #"{"t":"2026-01-05T09:00:00.000000Z"}"#),
        ("{t: 1700000000}", #"{"t":1767603600}"#), ("{t: 1700000000000}", #"{"t":1767603600000}"#),
        ("{t: 1700000000000000}", #"{"t":1767603600000000}"#), ("{t: 1700000000.5}", #"{"t":1767603600}"#),
        ("{a: 1}", #"{"a":1,"t":"2026-01-05T09:00:00.000Z"}"#),
    ])
    func `the time is written as the template writes it`(template: String, record: String) {
        #expect(records("      - {event: e}", template: template) == [record])
    }

    @Test func `paths reach into lists, and keys with dots`() {
        let read = file(
            """
            time: [events.0.time, a.b]
            cases:
              - name: c
                expect: alert
                start: 2026-03-01T00:00:00Z
                sequence: [{event: {events: [{time: "2026-01-01T00:00:00Z"}], a.b: 1700000000}}]
            """)
        #expect(read.diagnostics.map(\.description) == [])
        #expect(read.cases.first.map { $0.records.map { String(decoding: $0, as: UTF8.self) } } == [
            #"{"events":[{"time":"2026-03-01T00:00:00Z"}],"a.b":1772323200}"#,
        ])
    }

    @Test func `sample files beside the test or above it`() throws {
        let folder = try TemporaryFolder()
        try folder.write("{\"a\":1}\r\n\n{\"a\":2}\n", to: "sample-logs/okta/x.jsonl")
        let test = "cases:\n  - {name: c, expect: alert, from: sample-logs/okta/x.jsonl, events: [{b: 1}]}"
        try folder.write(test, to: "rules/okta/a.test.yml")
        let read = RuleTestFile(path: "\(folder.path)/rules/okta/a.test.yml")
        #expect(read.diagnostics == [])
        #expect(read.cases.first?.records.map { String(decoding: $0, as: UTF8.self) } == ["{\"a\":1}", "{\"a\":2}", "{\"b\":1}"])
    }

    @Test(arguments: [
        ("cases: []\ncase: 1", "2:1", "unknown key \"case\"; did you mean \"cases\"?"),
        ("rule: x", "1:1", "required key \"cases\" is missing"),
        ("cases: [{expect: alert, events: [{}]}]", "1:9", "required key \"name\" is missing"),
        ("cases: [{name: c, expect: alarm, events: [{}]}]", "1:27", "expect alert, nothing or {count: 2}, not \"alarm\""),
        ("cases: [{name: c, expect: {count: x}, events: [{}]}]", "1:35", "\"count\" must be a whole number, not \"x\""),
        ("cases: [{name: c, expect: alert}]", "1:9", "the case has no records; give it events, from, or sequence"),
        ("cases: [{name: c, expect: alert, events: [{}], evnts: 1}]", "1:48", "unknown key \"evnts\"; did you mean \"events\"?"),
        ("cases: [{name: c, expect: alert, from: nowhere.jsonl}]", "1:40",
            "cannot read \"nowhere.jsonl\": there is no such file beside the test file, nor in a folder above it"),
        ("cases: [{name: c, expect: alert, sequence: [{event: {}}]}]", "1:44",
            "a sequence needs to know the field for the event's time: add \"time: published\" or the like"),
        ("time: t\ntemplates: {fail: {}}\ncases: [{name: c, expect: alert, sequence: [{event: fial}]}]", "3:53",
            "\"event\" must be a record or the name of one under \"templates\"; did you mean \"fail\"?"),
        ("time: t\ncases: [{name: c, expect: alert, sequence: [{event: {a: 1}, set: {a.b: 2}}]}]", "2:67",
            "the record has no place for \"a.b\""),
        ("time: t.x\ncases: [{name: c, expect: alert, sequence: [{event: {t: 1}}]}]", "2:45",
            "the record has no place for the time, \"t.x\""),
        ("time: t\ncases: [{name: c, expect: alert, sequence: [{event: {}, repeat: 0}]}]", "2:65",
            "\"repeat\" must be 1 to 200000, not 0"),
        ("time: t\ncases: [{name: c, expect: alert, sequence: [{event: {}, after: 4000d}]}]", "2:45",
            "the sequence is longer than ten years"),
        ("start: now\ncases: []", "1:8", "\"now\" is not a date and time (RFC 3339), as in 2026-01-05T09:00:00Z"),
    ])
    func `errors have a place and a way out`(text: String, place: String, message: String) {
        let read = file(text)
        #expect(read.diagnostics.first?.description == "rules/a.test.yml:\(place): error: \(message)")
        #expect(read.cases.isEmpty)
    }

    @Test func `the rule under test is the named one, else the one that raises findings`() throws {
        let text = Rule.named("base") + "---\ntitle: C\nid: X-1\ncorrelation: {type: temporal, rules: [base], timespan: 1h}"
        let collection = SigmaLoader.load(text: text, path: "rules/a.yml").collection
        let heads = ["name: c", "name: d, rule: base", "name: e, rule: X-1", "name: f, rule: none"]
        let read = file("cases:\n" + heads.map { "  - {\($0), expect: alert, events: [{}]}\n" }.joined())
        #expect(read.cases.map { read.rule(of: $0, in: collection)?.title } == ["C", "title of base", "C", nil])
    }
}
