import EventModel
import LocatedYAML
import Sigma
import Testing

@Suite struct CorrelationChainTests {
    /// A rule `base`, and one correlation a line: `name: rules`, all grouped by `user` unless the line goes on after a `]`.
    private func load(_ correlations: [String]) -> LoadedRules {
        let documents = correlations.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let rest = line.contains("]") ? parts[1] : parts[1] + "]"
            let group = line.contains("group-by") ? "" : ", group-by: user"
            return "---\ntitle: title of \(parts[0])\nname: \(parts[0])\n"
                + "correlation: {type: temporal, rules: [\(rest.trimmingPrefix(" ")), timespan: 1h\(group)}\n"
        }
        return SigmaLoader.load(text: Rule.named("base") + documents.joined(), path: "r.yml")
    }

    private func errors(_ correlations: [String]) -> [String] {
        load(correlations).diagnostics.filter { $0.severity == .error }.map(\.description)
    }

    @Test func `correlations stand after those they build on`() {
        let loaded = load(["top: middle, base", "middle: bottom", "bottom: base", "other: base"])
        #expect(loaded.diagnostics == [])
        #expect(loaded.collection.correlations.map(\.metadata.id) == ["bottom", "other", "middle", "top"])
        #expect(loaded.collection.correlations.last?.rules == ["middle", "base"])
        #expect(loaded.collection.silentRules == ["base", "bottom", "middle"])
    }

    @Test func `references by title`() {
        #expect(load(["top: title of bottom", "bottom: base"]).collection.correlations.last?.rules == ["bottom"])
    }

    private func circle(_ line: Int, _ members: String) -> String {
        "r.yml:\(line):39: error: correlations build on each other in a circle: \(members); take one reference out"
    }

    @Test func `circles are told with their members`() {
        let circles = errors(["a: b", "b: c, base", "c: a", "d: b", "e: base"]).map { $0.replacing("title of ", with: "") }
        #expect(circles == [
            circle(10, #""a" → "b" → "c" → "a""#), circle(14, #""b" → "c" → "a" → "b""#),
            circle(18, #""c" → "a" → "b" → "c""#),
            circle(22, #""b" → "c" → "a" → "b", on which this one builds"#),
        ])
        #expect(errors(["a: a"]).count == 1)
    }

    @Test func `eight levels are enough`() {
        let eight = ["c1: base"] + (2...8).map { "c\($0): c\($0 - 1)" }
        #expect(load(eight.reversed()).collection.correlations.count == 8)
        #expect(errors(eight + ["c9: c8"]) == ["r.yml:42:39: error: the chain of correlations has more than 8 levels"])
    }

    @Test func `long chains and circles cost bounded time`() {
        let chain = (0..<2_000).map { "c\($0): c\(($0 + 1) % 2_000)" }
        #expect(load(Array(chain.dropLast()) + ["c1999: base"]).collection.correlations.count == 8)
    }

    @Test func `a correlation over a broken one is broken`() {
        #expect(errors(["top: bottom", "bottom: none9"]) == [
            "r.yml:10:39: error: rule \"bottom\" has errors of its own; mend that rule first",
            "r.yml:14:39: error: no rule has the id, name or title \"none9\"",
        ])
    }

    @Test func `the inner group carries the outer one`() {
        let inner = "bottom: base], group-by: [User, src]"
        #expect(errors([inner, "top: bottom"]) == [])
        #expect(errors([inner, "top: bottom], group-by: host, aliases: {host: {bottom: src}}"]) == [])
        let foreign = errors([inner, "top: bottom], group-by: [host]"]).first
        #expect(foreign?.contains("correlation \"bottom\" is not grouped by \"host\", so that its findings have none") == true)
    }
}
