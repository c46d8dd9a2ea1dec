import Detection
import EventModel
import LocatedYAML
import Sigma
import Testing

@Suite struct RuleCoverageTests {
    private static func rule(_ id: String, _ tags: [String], product: String? = nil) -> SigmaRule {
        var rule = RuleFixtures.base(id, logSource: LogSource(product: product))
        rule.metadata.tags = tags
        return rule
    }

    private static let coverage: RuleCoverage = {
        let rules = [
            rule("b0", ["attack.credential_access", "attack.t1110.003"], product: "okta"),
            rule("b1", ["attack.T1110.003", "attack.g0016", "cve.2026.1"], product: "github"), rule("b2", []),
        ]
        var correlation = RuleFixtures.correlation("c", .eventCount, rules: ["b2"], [CountCondition(.gte, 2)])
        correlation.metadata.tags = ["attack.t1530"]
        return RuleCoverage(
            RuleSet(
                collection: SigmaCollection(rules: rules, correlations: [correlation]), products: RuleFixtures.products,
                catalog: FieldCatalog()))
    }()

    @Test func rulesStandUnderTheirTechniques() {
        let found = Self.coverage.byTechnique.map { "\($0.technique) \($0.rules.map(\.id).joined(separator: ","))" }
        #expect(found == ["T1110.003 b0,b1", "T1530 c"])
        #expect(Self.coverage.rules.first?.tactics == ["credential-access"])
    }

    /// The rule that is only counted raises nothing.
    @Test(arguments: [(1, ["b0", "c"]), (2, ["b1", "c"])] as [(UInt16, [String])])
    func productsHaveTheRulesThatLookAtThem(product: UInt16, expected: [String]) {
        #expect(Self.coverage.rules(of: product).map(\.id) == expected)
    }

    @Test func theLayerScoresTechniques() {
        let layer = Self.coverage.navigatorLayer(name: "n")
        for part in [#""techniqueID":"T1110.003","score":2"#, #""domain":"enterprise-attack""#, #""layer":"4.5""#] {
            #expect(layer.contains(part), "\(layer)")
        }
    }
}
