import EventModel
import LocatedYAML
import Sigma
import Testing

@Suite struct CollectionActionTests {
    private func load(_ text: String) -> [String] {
        let loaded = SigmaLoader.load(text: text, path: "r.yml")
        let errors = loaded.diagnostics.filter { $0.severity == .error }.map(\.description)
        return errors
            + loaded.collection.rules.map { rule in
                "\(rule.metadata.id): \(rule.logSource.product ?? "-") \(rule.expression.notation)"
            }
    }

    @Test func `global fills in, reset ends it`() {
        #expect(load("""
            action: global
            logsource: {product: okta}
            detection: {condition: s}
            ---
            title: A
            detection: {s: {f: 1}}
            ---
            title: B
            detection: {s: {f: 2}}
            ---
            action: reset
            ---
            title: C
            logsource: {product: github}
            detection: {s: {f: 3}, condition: s}
            """) == ["A: okta f=1", "B: okta f=2", "C: github f=3"])
    }

    @Test func `rules that share the template's id are numbered`() {
        #expect(load("""
            action: global
            title: T
            id: shared
            detection: {s: {f: 1}, condition: s}
            ---
            logsource: {product: okta}
            ---
            logsource: {product: github}
            """) == ["shared: okta f=1", "shared-2: github f=1"])
    }

    @Test func `repeat changes the rule before`() {
        #expect(load("""
            title: A
            logsource: {product: okta}
            detection: {s: {f: 1, g: 2}, condition: s}
            ---
            action: repeat
            title: B
            detection: {s: {f: 3}}
            """) == ["A: okta f=1 and g=2", "B: okta f=3 and g=2"])
    }

    @Test func `unknown actions are refused`() {
        #expect(load("action: gloabl\ntitle: A") == [
            "r.yml:1:9: error: unknown action \"gloabl\"; it is global, reset or repeat; did you mean \"global\"?",
        ])
    }
}
