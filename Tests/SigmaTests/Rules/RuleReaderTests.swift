import EventModel
import LocatedYAML
import Sigma
import Testing

@Suite struct RuleReaderTests {
    private static let full = """
        title: Administrator role granted
        id: 0B5C7B2E-6E0A-4A53-9C7B-0B5C7B2E6E0A
        name: admin_role_granted
        status: stable
        description: Somebody became an administrator.
        author: [A, B]
        date: 2026-01-05
        tags: [attack.t1098, attack.persistence]
        falsepositives:
          - Onboarding
        level: high
        custom: {kept: true}
        logsource:
          Product: ignored
          product: Okta
          service: Sign In
          definition: turn it on
        detection:
          s: {eventType: user.account.privilege.grant}
          condition: s
        """

    @Test func `metadata`() throws {
        let loaded = SigmaLoader.load(text: Self.full, path: "r.yml")
        #expect(loaded.diagnostics == [])
        #expect(loaded.documents == 1)
        let rule = try #require(loaded.collection.rules.first)
        #expect(rule.metadata.id == "0b5c7b2e-6e0a-4a53-9c7b-0b5c7b2e6e0a")
        #expect(rule.metadata.name == "admin_role_granted")
        #expect(rule.metadata.title == "Administrator role granted")
        #expect(rule.metadata.level == .high)
        #expect(rule.metadata.status == "stable")
        #expect(rule.metadata.description == "Somebody became an administrator.")
        #expect(rule.metadata.author == "A, B")
        #expect(rule.metadata.tags == ["attack.t1098", "attack.persistence"])
        #expect(rule.metadata.falsePositives == ["Onboarding"])
        #expect(rule.metadata.location.description == "r.yml:1:1")
        #expect(rule.logSource == LogSource(product: "okta", service: "sign_in"))
    }

    @Test(arguments: [
        ("logsource: {product: a}\ndetection: {s: {f: 1}, condition: s}", ["1:1: error: a rule needs a title"]),
        ("title: ''\nlogsource: {product: a}\ndetection: {s: {f: 1}, condition: s}", ["1:8: error: a rule needs a title"]),
        ("title: T\ndetection: {s: {f: 1}, condition: s}",
            ["1:1: error: a rule needs \"logsource\" with category, product or service"]),
        ("title: T\nlogsource: {definition: x}\ndetection: {s: {f: 1}, condition: s}",
            ["2:1: error: \"logsource\" needs at least one of category, product, service"]),
        ("title: T\nlogsource: {product: ''}\ndetection: {s: {f: 1}, condition: s}", [
            "2:1: error: \"logsource\" needs at least one of category, product, service",
            "2:22: error: \"product\" must be a word; leave the key out to mean any",
        ]),
        ("title: T\nlogsource: {product: a}",
            ["1:1: error: a rule needs \"detection\": a mapping with search identifiers and a condition"]),
        ("title: T\nlogsource: {product: a}\ndetection: [x]",
            ["3:12: error: a rule needs \"detection\": a mapping with search identifiers and a condition"]),
        ("title: T\nlogsource: {product: a}\ndetection: {s: {f: 1}}",
            ["3:1: error: \"detection\" needs a condition, for example \"condition: selection\""]),
        ("title: T\nlevel: hihg\nlogsource: {product: a}\ndetection: {s: {f: 1}, condition: s}",
            ["2:8: error: level \"hihg\" is none of informational, low, medium, high, critical; did you mean \"high\"?"]),
        ("- a", ["1:1: error: a rule is a mapping (key: value), not a list"]),
        ("title: T\ntitle: U\nlogsource: {product: a}\ndetection: {s: {f: 1}, condition: s}",
            ["2:1: error: duplicate key \"title\": it is already on line 1; keep one of them"]),
    ])
    func `what a rule must have`(text: String, errors: [String]) {
        #expect(Rule.errors(text) == errors.map { "r.yml:\($0)" })
        #expect(SigmaLoader.load(text: text).collection == SigmaCollection())
    }

    @Test func `a broken rule does not take others with it`() {
        let loaded = SigmaLoader.load(text: "title: T\n---\n" + Rule.named("good"))
        #expect(loaded.collection.rules.map(\.metadata.name) == ["good"])
        #expect(loaded.documents == 2)
        #expect(loaded.hasErrors)
    }

    @Test func `id falls back to name, then to title`() {
        #expect(SigmaLoader.load(text: Rule.named("n")).collection.rules.first?.metadata.id == "n")
        let unnamed = SigmaLoader.load(text: Rule.text(detection: "s: {f: 1}\ncondition: s"))
        #expect(unnamed.collection.rules.first?.metadata.id == "T")
    }

    // MARK: Fingerprint

    private func version(_ text: String) -> String? { SigmaLoader.load(text: text).collection.rules.first?.metadata.version }

    @Test func `the version is the same everywhere and in every run`() {
        #expect(version("title: T\nlogsource: {product: a}\ndetection: {s: {f: 1}, condition: s}") == "c7c63869161df553")
    }

    @Test func `layout does not change the version, meaning does`() {
        let one = version("title: T\nlogsource: {product: a}\ndetection: {s: {f: x, g: 1}, condition: s}")
        let same = version(
            "# hello\ndetection:\n  condition: 's'\n  s:\n    g: 0x1\n    f: \"x\"\ntitle: T\nlogsource:\n  product: a\n")
        #expect(one == same)
        for changed in ["{f: y, g: 1}", "{f: x, g: '1'}", "{f: x, g: [1]}"] {
            #expect(version("title: T\nlogsource: {product: a}\ndetection: {s: \(changed), condition: s}") != one)
        }
    }
}
