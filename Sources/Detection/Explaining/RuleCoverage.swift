public import EventModel
import Sigma

/// What a set of rules looks for: by ATT&CK technique, and by product.
public struct RuleCoverage: Sendable {
    /// A rule that raises findings.
    public struct Rule: Sendable, Equatable {
        public var id: String
        public var title: String
        public var level: Level
        /// `T1110.003`
        public var techniques: [String]
        /// As Sigma names them: `credential-access`.
        public var tactics: [String]
        /// Indices of the products whose events it looks at; nil: all.
        public var products: Set<UInt16>?
    }

    public let rules: [Rule]

    public init(_ ruleSet: RuleSet) {
        let routes = Dictionary(zip(ruleSet.rules.map(\.metadata.id), ruleSet.routes)) { first, _ in first }
        rules = ruleSet.findingRules.filter { !$0.isSilent }.map { rule in
            // A correlation needs events of one of its base rules at least.
            var products: Set<UInt16>? = []
            for case .some(let route) in rule.evidenceRules.map({ routes[$0] }) {
                if let route { products?.formUnion(route) } else { products = nil }
            }
            return Rule(
                id: rule.summary.id, title: rule.summary.title, level: rule.summary.level,
                techniques: rule.summary.techniques, tactics: rule.summary.tactics, products: products)
        }
    }

    /// The rules of each technique, by its id.
    public var byTechnique: [(technique: String, rules: [Rule])] {
        var found: [String: [Rule]] = [:]
        for rule in rules { for technique in Set(rule.techniques) { found[technique, default: []].append(rule) } }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The rules that look at events of a product.
    public func rules(of product: UInt16) -> [Rule] { rules.filter { $0.products?.contains(product) ?? true } }

    /// A layer for MITRE's ATT&CK Navigator (format 4.5): each technique scored by its number of rules.
    public func navigatorLayer(name: String) -> String {
        let found = byTechnique
        var json = JSONWriter()
        json.beginObject()
        json.member("name", name)
        json.key("versions")
        json.beginObject()
        json.member("layer", "4.5")
        json.endObject()
        json.member("domain", "enterprise-attack")
        json.member("description", "\(rules.count) rules")
        json.key("techniques")
        json.beginArray()
        for (technique, rules) in found {
            json.beginObject()
            json.member("techniqueID", technique)
            json.member("score", rules.count)
            json.member("comment", rules.map(\.title).sorted().joined(separator: "\n"))
            json.endObject()
        }
        json.endArray()
        json.key("gradient")
        json.beginObject()
        json.member("colors", strings: ["#ffffff", "#66b1ff"])
        json.member("minValue", 0)
        json.member("maxValue", found.map(\.rules.count).max() ?? 1)
        json.endObject()
        json.endObject()
        return json.text
    }
}
