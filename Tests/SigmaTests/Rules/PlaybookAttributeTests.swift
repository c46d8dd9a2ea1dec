import EventModel
import LocatedYAML
import Sigma
import Testing

@Suite struct PlaybookAttributeTests {
    private static let correlation =
        "---\ntitle: C\nplaybook: mass-download\ncorrelation: {type: temporal, rules: [a], timespan: 1h}"

    @Test(arguments: [
        ("playbook: account-takeover\n", "account-takeover"), ("playbook: ~\n", nil), ("", nil), ("playbook: '2fa'\n", "2fa"),
    ])
    func `a rule names one, and its findings carry it`(line: String, expected: String?) {
        let loaded = SigmaLoader.load(text: Rule.named("a") + line)
        #expect(loaded.diagnostics.map(\.description) == [])
        #expect(loaded.collection.rules.map(\.metadata.playbook) == [expected])
        #expect(loaded.collection.rules.map(\.metadata.summary.playbook) == [expected])
    }

    @Test func `correlations have it too`() {
        let loaded = SigmaLoader.load(text: Rule.named("a") + Self.correlation)
        #expect(loaded.collection.correlations.map(\.metadata.summary.playbook) == ["mass-download"])
    }

    @Test func `another playbook is another version of the rule`() {
        let versions = ["", "playbook: a\n", "playbook: b\n"].flatMap { line in
            SigmaLoader.load(text: Rule.named("a") + line).collection.rules.map(\.metadata.version)
        }
        #expect(Set(versions).count == 3)
    }

    @Test(arguments: [
        ("../etc/passwd", "\"../etc/passwd\""), ("Account-Takeover", "\"Account-Takeover\""), ("-a", "\"-a\""), ("''", "\"\""),
        ("account-takeover.md", "\"account-takeover.md\""), ("[a]", "a list"),
    ])
    func `anything else is refused where it stands`(text: String, shown: String) {
        let form = "the name of a playbook, at most 64 small letters, digits and hyphens, as in account-takeover"
        #expect(Rule.errors(Rule.named("a") + "playbook: \(text)\n") == [
            "r.yml:7:11: error: \"playbook\" must be \(form), not \(shown)",
        ])
    }
}
