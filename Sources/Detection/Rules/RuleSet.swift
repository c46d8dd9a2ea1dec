public import EventModel
public import LocatedYAML
public import Matching
public import Sigma

/// A checked collection of rules, made ready to run: routed by log source, compiled into one matcher, and every rule that raises
/// findings reduced to what correlation needs. Immutable; a reload makes a new one and swaps it whole.
public final class RuleSet: Sendable {
    /// Events that a plain rule finds for one actor within this time of each other are one finding. Long enough that a script
    /// that trips a rule all day is one open finding, short enough that tomorrow's is another.
    public static let repeatTimespan: Int64 = 3_600_000_000

    /// The single-event rules; `RuleMatch.rule` is an index into them.
    public let rules: [SigmaRule]
    /// The rules that raise findings: plain rules that are not silent, then correlations, each after those that it builds on.
    /// `MatchedEvent.rule` is an index.
    public let findingRules: [FindingRule]
    /// What in the rules cannot work, or cannot work as its author may expect.
    public let diagnostics: [Diagnostic]
    /// Hex digits; changes when any rule does.
    public let fingerprint: String
    /// Indices of the products whose events each rule looks at; nil: all.
    public let routes: [Set<UInt16>?]

    let matcher: EventMatcher
    /// For each rule, the finding rules that its matches count for.
    let consumers: [[RuleConsumer]]
    /// For each finding rule, the correlations that its firing events count for: all behind it.
    let chains: [[ChainConsumer]]
    private let places: [String: Int]

    /// - Parameters:
    ///   - products: the products of the normaliser whose events will come.
    ///   - catalog: the field catalog that the events are made with.
    ///   - ignoringLogSource: lets every rule look at every event, whatever its product.
    public init(
        collection: SigmaCollection, products: ProductCatalog, catalog: FieldCatalog, ignoringLogSource: Bool = false
    ) {
        rules = collection.rules
        let routing = LogSourceRouting(products: products, ignoresLogSource: ignoringLogSource)
        routes = rules.map { routing.products(for: $0.logSource) }
        let aliasing = FieldAliasing(products: products)
        matcher = EventMatcher(
            entries: zip(rules, routes).map { rule, route in
                EventMatcher.Entry(expression: aliasing.widened(rule.expression, for: rule.logSource), products: route)
            },
            catalog: catalog, productCount: products.products.count)
        let silent = collection.silentRules
        var builder = FindingRuleBuilder(rules: collection.rules, silent: silent, catalog: catalog, aliasing: aliasing)
        for (index, rule) in rules.enumerated() where !silent.contains(rule.metadata.id) { builder.add(rule, at: index) }
        for correlation in collection.correlations { builder.add(correlation) }
        builder.finish()
        chains = builder.chains
        findingRules = builder.findingRules
        consumers = builder.consumers
        var diagnostics = builder.diagnostics
        for (rule, route) in zip(rules, routes) where route?.isEmpty == true {
            diagnostics.append(
                Diagnostic(
                    .warning, at: rule.metadata.location,
                    "no configured product answers to this rule's log source, so it will never match; "
                        + "check `logsource`, or add the product's mapping"))
        }
        self.diagnostics = diagnostics
        let parts = rules.map(\.metadata.version) + builder.findingRules.map(\.fingerprint)
        fingerprint = StableHash.hash(parts.joined(separator: "\n")).hexadecimal
        places = Dictionary(findingRules.enumerated().map { ($1.summary.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// How the rules are indexed, for `rule explain`.
    public var matcherStatistics: EventMatcher.Statistics { matcher.statistics }

    /// The place in `findingRules` of the rule with this id, if it is still the same rule; its state can then be taken over.
    func place(of id: String, fingerprint: String) -> Int? {
        guard let place = places[id], findingRules[place].fingerprint == fingerprint else { return nil }
        return place
    }
}
