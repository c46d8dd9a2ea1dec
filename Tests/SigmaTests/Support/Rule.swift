import LocatedYAML
import Sigma

/// Rules for tests, as short as they can be.
enum Rule {
    /// A rule with that detection, indented by nothing. Its `detection:` is on line 3.
    static func text(detection: String, title: String = "T") -> String {
        let lines = detection.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
        return "title: \(title)\nlogsource: {product: okta}\ndetection:\n\(lines)"
    }

    /// What the rule with a one-line selection (YAML flow or `key: value`) must match; else its first diagnostic.
    static func match(selection: String, placeholders: [String: [String]] = [:]) -> String {
        outcome(Rule.text(detection: "s:\n  \(selection)\ncondition: s"), placeholders: placeholders)
    }

    static func outcome(_ text: String, placeholders: [String: [String]] = [:]) -> String {
        let loaded = SigmaLoader.load(text: text, path: "r.yml", placeholders: placeholders)
        if let error = loaded.diagnostics.first(where: { $0.severity == .error }) { return error.description }
        return loaded.collection.rules.first?.expression.notation ?? "no rule"
    }

    /// All errors of a text.
    static func errors(_ text: String) -> [String] {
        SigmaLoader.load(text: text, path: "r.yml").diagnostics.filter { $0.severity == .error }.map(\.description)
    }

    /// A rule with an id and a name of its own, to be referred to.
    static func named(_ name: String, id: String = "", title: String = "") -> String {
        """
        title: \(title.isEmpty ? "title of \(name)" : title)
        name: \(name)
        \(id.isEmpty ? "" : "id: \(id)\n")logsource: {product: okta}
        detection:
          s: {f: \(name)}
          condition: s

        """
    }
}
