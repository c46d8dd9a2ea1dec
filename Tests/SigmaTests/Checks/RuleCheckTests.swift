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

    @Test func `long titles`() {
        let title = String(repeating: "x", count: 257)
        #expect(warnings(Rule.text(detection: "s: {f: 1}\ncondition: s", title: title)) == [
            "r.yml:1:1: warning: the title is longer than 256 characters",
        ])
    }
}
