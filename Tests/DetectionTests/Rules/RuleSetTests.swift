import Detection
import EventModel
import LocatedYAML
import Sigma
import Testing

struct RuleSetTests {
    static func ruleSet(
        _ rules: [SigmaRule], _ correlations: [SigmaCorrelation] = [], ignoringLogSource: Bool = false
    ) -> RuleSet {
        RuleSet(
            collection: SigmaCollection(rules: rules, correlations: correlations), products: RuleFixtures.products,
            catalog: FieldCatalog(), ignoringLogSource: ignoringLogSource)
    }

    @Test(arguments: [
        (LogSource(), nil), (LogSource(product: "okta"), [1]), (LogSource(product: "okta", service: "okta"), [1]),
        (LogSource(product: "okta", service: "other"), []), (LogSource(service: "audit"), [2]),
        (LogSource(category: "process_creation"), []),
    ] as [(LogSource, [UInt16]?)])
    func `a rule looks at the products that answer its log source`(logSource: LogSource, expected: [UInt16]?) {
        let rules = [RuleFixtures.base("b0", logSource: logSource)]
        #expect(Self.ruleSet(rules).routes == [expected.map(Set.init)])
        #expect(Self.ruleSet(rules).diagnostics.isEmpty == (expected?.isEmpty != true))
        #expect(Self.ruleSet(rules, ignoringLogSource: true).routes == [nil])
    }

    @Test(arguments: [(UInt16(0), ["any"]), (1, ["any", "okta"]), (2, ["any"])] as [(UInt16, [String])])
    func `the detector routes by product`(product: UInt16, expected: [String]) {
        var okta = RuleFixtures.base("okta", logSource: LogSource(product: "okta"))
        var any = RuleFixtures.base("any")
        okta.expression = RuleFixtures.base("b0").expression
        any.expression = okta.expression
        let catalog = FieldCatalog()
        let ruleSet = RuleSet(
            collection: SigmaCollection(rules: [okta, any]), products: RuleFixtures.products, catalog: catalog)
        var event = TestEvent(1, at: 0, "b0")
        event.product = product
        let stored = [event, TestEvent(2, at: 0, "b1")].stored(catalog: catalog, source: Source(id: 0, name: "test"))
        var detector = Detector(ruleSet: ruleSet)
        let matches = detector.detect(stored.batch)
        #expect(matches.map { ruleSet.rules[Int($0.rule)].metadata.id }.sorted() == expected)
        #expect(matches.allSatisfy { $0.row == 0 })
    }

    @Test func `rules beneath a correlation are silent unless it says generate`() {
        let rules = ["b0", "b1"].map { RuleFixtures.base($0) }
        let silent = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 2)])
        let loud = RuleFixtures.correlation("c", .eventCount, [CountCondition(.gte, 2)], generate: true)
        #expect(Self.ruleSet(rules, [silent]).findingRules.map(\.summary.id) == ["b1", "c"])
        #expect(Self.ruleSet(rules, [loud]).findingRules.map(\.summary.id) == ["b0", "b1", "c"])
    }

    @Test(arguments: [
        (["okta", "okta"], "okta"), (["perimeter"], "perimeter"), (["okta", "github"], nil), (["okta", nil], nil), ([nil], nil),
    ] as [([String?], String?)])
    func `a finding carries the product that its rules share`(products: [String?], expected: String?) {
        let rules = products.enumerated().map { RuleFixtures.base("b\($0)", logSource: LogSource(product: $1)) }
        let ids = rules.map(\.metadata.id)
        let inner = RuleFixtures.correlation("c", .eventCount, rules: ids, [CountCondition(.gte, 2)], generate: true)
        let outer = RuleFixtures.correlation("d", .eventCount, rules: ["c"], [CountCondition(.gte, 2)], generate: true)
        let found = Self.ruleSet(rules, [inner, outer]).findingRules.map(\.summary.product)
        #expect(found == products + [expected, expected])
    }

    @Test(arguments: [
        (RuleFixtures.correlation("c", .eventCount, rules: ["none"], [CountCondition(.gte, 2)]), "'none'"),
        (RuleFixtures.correlation("c", .eventCount, [CountCondition(.lt, 1)]), "no count"),
        (RuleFixtures.correlation("c", .valueCount, [CountCondition(.gte, 2)]), "field"),
        (RuleFixtures.correlation("c", .temporal, [CountCondition(.gte, 2)]), "can never fire"),
        (RuleFixtures.correlation("c", .temporalOrdered, rules: Array(repeating: "b0", count: 17)), "more than 16"),
        (RuleFixtures.correlation("c", .eventCount, by: (0..<17).map { "f\($0)" }, [CountCondition(.gte, 2)]), "more than 16"),
    ])
    func `a correlation that cannot work is refused with its reason`(correlation: SigmaCorrelation, reason: String) {
        let ruleSet = Self.ruleSet([RuleFixtures.base("b0")], [correlation])
        #expect(ruleSet.diagnostics.map(\.severity) == [.error])
        #expect(ruleSet.diagnostics[0].message.contains(reason))
        #expect(!ruleSet.findingRules.contains { $0.summary.id == "c" })
    }

    @Test(arguments: [
        (RuleFixtures.correlation("i", .eventCount, [CountCondition(.lt, 1)]), "mend that correlation first"),
        (RuleFixtures.correlation("i", .eventCount, by: ["item"], [CountCondition(.gte, 2)]), "not grouped by 'user'"),
    ])
    func `a correlation over one that cannot work, or does not carry its fields, is refused`(
        inner: SigmaCorrelation, reason: String
    ) {
        let outer = RuleFixtures.correlation("c", .eventCount, rules: ["i"], [CountCondition(.gte, 2)])
        let ruleSet = Self.ruleSet([RuleFixtures.base("b0")], [inner, outer])
        #expect(ruleSet.diagnostics.last?.severity == .error)
        #expect(ruleSet.diagnostics.last?.message.contains(reason) == true)
        #expect(!ruleSet.findingRules.contains { $0.summary.id == "c" })
    }

    @Test func `a correlation that others build on is silent unless they say generate`() {
        let inner = RuleFixtures.correlation("i", .eventCount, by: ["User"], [CountCondition(.gte, 2)])
        for generate in [false, true] {
            let outer = RuleFixtures.correlation("c", .eventCount, rules: ["i"], [CountCondition(.gte, 2)], generate: generate)
            let ruleSet = Self.ruleSet([RuleFixtures.base("b0")], [inner, outer])
            #expect(ruleSet.diagnostics.isEmpty)
            #expect(ruleSet.findingRules.map(\.isSilent) == [!generate, false])
            #expect(ruleSet.findingRules.map(\.evidenceRules) == [["b0"], ["i", "b0"]])
        }
    }

    @Test func `the fingerprint changes with any rule`() {
        let original = Self.ruleSet([RuleFixtures.base("b0"), RuleFixtures.base("b1")])
        #expect(original.fingerprint == Self.ruleSet([RuleFixtures.base("b0"), RuleFixtures.base("b1")]).fingerprint)
        let changed = Self.ruleSet([RuleFixtures.base("b0"), RuleFixtures.base("b1", version: "2")])
        #expect(original.fingerprint != changed.fingerprint)
    }
}
