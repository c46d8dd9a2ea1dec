import EventModel
import LocatedYAML
import Sigma

/// Turns rules and correlations into `FindingRule`s, and notes for each base rule what its matches count for.
struct FindingRuleBuilder {
    /// A bit for each base rule: what a window of a temporal correlation keeps of an event.
    static let maximumTemporalRules = 64
    /// Group keys are made per event; more fields than this are a mistake, not a group.
    static let maximumGroupFields = 16
    /// By whom a plain rule's findings are grouped: the first that the event has.
    static let actorFields = ["identity", "actor.user.uid", "src_endpoint.ip"]

    private let catalog: FieldCatalog
    private let rules: [SigmaRule]
    private let places: [String: Int]
    private(set) var findingRules: [FindingRule] = []
    private(set) var consumers: [[RuleConsumer]]
    private(set) var diagnostics: [Diagnostic] = []

    init(rules: [SigmaRule], catalog: FieldCatalog) {
        self.catalog = catalog
        self.rules = rules
        places = Dictionary(rules.enumerated().map { ($1.metadata.id, $0) }, uniquingKeysWith: { first, _ in first })
        consumers = Array(repeating: [], count: rules.count)
    }

    /// Adds a plain rule that raises findings itself.
    mutating func add(_ rule: SigmaRule, at index: Int) {
        let number = UInt32(findingRules.count)
        findingRules.append(
            FindingRule(
                summary: rule.metadata.summary, window: .event, timespan: RuleSet.repeatTimespan, threshold: 1,
                steps: [FindingRule.Step(id: rule.metadata.id, title: rule.metadata.title)], groupFields: Self.actorFields,
                valueField: nil, fingerprint: fingerprint([rule.metadata.version, "event"])))
        consumers[index].append(
            RuleConsumer(
                findingRule: number, steps: 1, step: 0, grouping: .firstOf(Self.actorFields.map(catalog.intern)),
                countsValues: false, valueField: nil))
    }

    /// Adds a correlation, unless it cannot work; then `diagnostics` says why.
    mutating func add(_ correlation: SigmaCorrelation) {
        var bases: [Int] = []
        for id in correlation.rules {
            guard let place = places[id] else {
                return refuse(
                    correlation, "correlates '\(id)', which is no single-event rule; name the rules beneath it directly")
            }
            bases.append(place)
        }
        guard let threshold = Threshold.of(conditions(of: correlation)) else {
            return refuse(correlation, "its condition holds for no count of at least 1, so it can never fire; correct its bounds")
        }
        if let problem = limits(correlation, bases: Set(bases).count, threshold: threshold) {
            return refuse(correlation, problem)
        }
        append(correlation, bases: bases, threshold: threshold)
    }

    private func conditions(of correlation: SigmaCorrelation) -> [CountCondition] {
        switch correlation.kind {
        case .eventCount, .valueCount: correlation.conditions
        case .temporal, .temporalOrdered:
            // Without a condition of its own, all of the rules.
            correlation.conditions.isEmpty ? [CountCondition(.gte, correlation.rules.count)] : correlation.conditions
        }
    }

    private func limits(_ correlation: SigmaCorrelation, bases: Int, threshold: Int) -> String? {
        if correlation.timespan < 0 { return "its timespan is negative" }
        if correlation.groupBy.count > Self.maximumGroupFields {
            return "it groups by more than \(Self.maximumGroupFields) fields; group by fewer"
        }
        switch correlation.kind {
        case .eventCount: return nil
        case .valueCount:
            return correlation.valueField == nil ? "it counts values but names no field to count; add `field`" : nil
        case .temporal:
            if bases > Self.maximumTemporalRules {
                return "it correlates more than \(Self.maximumTemporalRules) rules; split it"
            }
            return threshold > bases
                ? "it asks for \(threshold) different rules but names \(bases), so it can never fire; lower the condition" : nil
        case .temporalOrdered:
            if correlation.rules.count > TemporalOrdered.maximumSteps {
                return "it orders more than \(TemporalOrdered.maximumSteps) rules; split it"
            }
            return threshold > correlation.rules.count
                ? "it asks for \(threshold) rules but names \(correlation.rules.count), so it can never fire; lower the condition"
                : nil
        }
    }

    private mutating func append(_ correlation: SigmaCorrelation, bases: [Int], threshold: Int) {
        let number = UInt32(findingRules.count)
        // Only in an order does a rule that is named twice mean two steps.
        var listed: [Int] = []
        for base in bases where correlation.kind == .temporalOrdered || !listed.contains(base) { listed.append(base) }
        var versions = [correlation.metadata.version, correlation.kind.rawValue]
        versions += bases.map { rules[$0].metadata.version }
        findingRules.append(
            FindingRule(
                summary: correlation.metadata.summary, window: window(correlation.kind), timespan: correlation.timespan,
                threshold: threshold,
                steps: listed.map { FindingRule.Step(id: rules[$0].metadata.id, title: rules[$0].metadata.title) },
                groupFields: correlation.groupBy, valueField: correlation.valueField, fingerprint: fingerprint(versions)))
        for base in Set(bases) {
            let id = rules[base].metadata.id
            var steps: UInt64 = 0
            for (place, other) in listed.enumerated() where other == base { steps |= 1 &<< UInt64(min(place, 63)) }
            consumers[base].append(
                RuleConsumer(
                    findingRule: number, steps: steps, step: UInt32(listed.firstIndex(of: base) ?? 0),
                    grouping: .fields(correlation.groupBy.map { field($0, of: correlation, in: id) }),
                    countsValues: correlation.kind == .valueCount,
                    valueField: correlation.valueField.flatMap { field($0, of: correlation, in: id) }))
        }
    }

    /// The field that a group-by or counted name stands for in one base rule; nil if it is an alias that leaves that rule out.
    private func field(_ name: String, of correlation: SigmaCorrelation, in rule: String) -> FieldID? {
        guard let alias = correlation.aliases[name] else { return catalog.intern(name) }
        return alias[rule].map(catalog.intern)
    }

    private func window(_ kind: CorrelationKind) -> FindingRule.Window {
        switch kind {
        case .eventCount: .eventCount
        case .valueCount: .valueCount
        case .temporal: .temporal
        case .temporalOrdered: .temporalOrdered
        }
    }

    private func fingerprint(_ parts: [String]) -> String {
        StableHash.hash(parts.joined(separator: "\n")).hexadecimal
    }

    private mutating func refuse(_ correlation: SigmaCorrelation, _ problem: String) {
        diagnostics.append(
            Diagnostic(.error, at: correlation.metadata.location, "correlation '\(correlation.metadata.title)': \(problem)"))
    }
}
