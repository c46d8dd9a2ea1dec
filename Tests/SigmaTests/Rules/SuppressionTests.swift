import LocatedYAML
import Sigma
import Testing

@Suite struct SuppressionTests {
    private func suppression(_ text: String) -> Suppression? {
        let loaded = SigmaLoader.load(text: Rule.named("a") + "suppress: \(text)\n")
        #expect(loaded.diagnostics.map(\.description) == [])
        return loaded.collection.rules.first?.metadata.suppression
    }

    @Test(arguments: [
        ("1h", Suppression(duration: 3_600_000_000)), ("30s by user", Suppression(duration: 30_000_000, fields: ["user"])),
        ("1d by user, src_endpoint.ip", Suppression(duration: 86_400_000_000, fields: ["user", "src_endpoint.ip"])),
        ("'1w  by a ,b'", Suppression(duration: 604_800_000_000, fields: ["a", "b"])),
        ("1h by Result Code, b", Suppression(duration: 3_600_000_000, fields: ["Result Code", "b"])), ("~", nil),
    ])
    func `how long, and by what`(text: String, expected: Suppression?) { #expect(suppression(text) == expected) }

    @Test(arguments: [
        ("1x", "\"1x\" is not a timespan; write for how long to suppress, as in \"1h\" or \"1h by user, ip\""),
        ("60", "\"60\" is not a timespan; write for how long to suppress, as in \"1h\" or \"1h by user, ip\""),
        ("''", "\"\" is not a timespan; write for how long to suppress, as in \"1h\" or \"1h by user, ip\""),
        ("1h for user", "only \"by\" can follow the timespan, not \"for\"; write \"1h by user, ip\""),
        ("1h by", "the name of a field is missing after \"by\"; write them as in \"1h by user, ip\""),
        ("1h by a,,b", "the name of a field is missing after \"by\"; write them as in \"1h by user, ip\""),
        ("1h by a, A", "a field stands twice after \"by\"; name each once"),
        ("[1h]", "\"suppress\" must be text such as \"1h\" or \"1h by user, ip\", not a list"),
    ])
    func `errors have a place and a way out`(text: String, message: String) {
        #expect(Rule.errors(Rule.named("a") + "suppress: \(text)\n") == ["r.yml:7:11: error: \(message)"])
        let correlation = "---\ntitle: C\nsuppress: \(text)\ncorrelation: {type: temporal, rules: [a], timespan: 1h}"
        #expect(Rule.errors(Rule.named("a") + correlation).first == "r.yml:9:11: error: \(message)")
    }

    @Test func `fields are few`() {
        let names = (0..<17).map { "f\($0)" }.joined(separator: ", ")
        #expect(Rule.errors(Rule.named("a") + "suppress: 1h by \(names)\n") == [
            "r.yml:7:11: error: more than 16 fields stand after \"by\"; suppress by fewer",
        ])
    }

    @Test func `correlations have it too`() {
        let correlation = "---\ntitle: C\nsuppress: 1h by f\ncorrelation: {type: temporal, rules: [a], timespan: 1h}"
        let loaded = SigmaLoader.load(text: Rule.named("a") + correlation)
        #expect(loaded.collection.correlations.first?.metadata.suppression == Suppression(duration: 3_600_000_000, fields: ["f"]))
    }
}
