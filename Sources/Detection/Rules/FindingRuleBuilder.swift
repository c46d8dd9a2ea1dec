import EventModel
import LocatedYAML
import Sigma

/// Turns rules and correlations into `FindingRule`s, and notes for each base rule what its matches count for, and for each
/// correlation what its firing events do.
struct FindingRuleBuilder {
    /// A bit for each base rule: what a window of a temporal correlation keeps of an event.
    static let maximumTemporalRules = 64
    /// Group keys are made per event; more fields than this are a mistake, not a group.
    static let maximumGroupFields = 16
    /// What `EventMark` has room for.
    static let maximumEvidenceRules = 4_096
    /// By whom a plain rule's findings are grouped: the first that the event has.
    static let actorFields = ["identity", "actor.user.uid", "src_endpoint.ip", "resources.name"]

    private let catalog: FieldCatalog
    private let aliasing: FieldAliasing
    private let rules: [SigmaRule]
    private let places: [String: Int]
    private let silent: Set<String>
    private(set) var findingRules: [FindingRule] = []
    private(set) var consumers: [[RuleConsumer]]
    /// For each of `findingRules`, the correlations that build on it.
    private(set) var chains: [[ChainConsumer]] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// From the ids of the correlations taken so far to `findingRules`.
    private var correlations: [String: Int] = [:]
    private var refused: Set<String> = []

    /// What a correlation builds on: an index into `rules`, or one into `findingRules`.
    private enum Base: Hashable {
        case rule(Int)
        case correlation(Int)
    }

    init(rules: [SigmaRule], silent: Set<String>, catalog: FieldCatalog, aliasing: FieldAliasing) {
        self.catalog = catalog
        self.aliasing = aliasing
        self.rules = rules
        self.silent = silent
        places = Dictionary(rules.enumerated().map { ($1.metadata.id, $0) }, uniquingKeysWith: { first, _ in first })
        consumers = Array(repeating: [], count: rules.count)
    }

    /// Adds a plain rule that raises findings itself.
    mutating func add(_ rule: SigmaRule, at index: Int) {
        let number = UInt32(findingRules.count)
        if let field = unknownField(of: rule.metadata.suppression, in: Self.actorFields) {
            diagnostics.append(
                Diagnostic(
                    .error, at: rule.metadata.location,
                    "rule '\(rule.metadata.title)': it suppresses by '\(field)', but a plain rule's findings are grouped by the "
                        + "first of \(Self.actorFields.joined(separator: ", ")); suppress by these, or leave \"by\" out"))
            return
        }
        var summary = rule.metadata.summary
        summary.product = rule.logSource.product
        findingRules.append(
            FindingRule(
                summary: summary, window: .event, timespan: RuleSet.repeatTimespan, threshold: 1,
                steps: [FindingRule.Step(id: rule.metadata.id, title: rule.metadata.title)], groupFields: Self.actorFields,
                valueFields: [], evidenceRules: [rule.metadata.id], isSilent: false,
                suppression: suppressing(rule.metadata.suppression, among: Self.actorFields),
                fingerprint: fingerprint([rule.metadata.version, "event"])))
        chains.append([])
        consumers[index].append(
            RuleConsumer(
                findingRule: number, steps: 1, step: 0, grouping: .firstOf(Self.actorFields.map(catalog.intern)),
                values: .none))
    }

    /// Adds a correlation, after those that it builds on, unless it cannot work; then `diagnostics` says why.
    mutating func add(_ correlation: SigmaCorrelation) {
        var bases: [Base] = []
        for id in correlation.rules {
            if let place = places[id] {
                bases.append(.rule(place))
            } else if let place = correlations[id] {
                if let field = missingField(of: place, id, in: correlation) {
                    return refuse(
                        correlation, "correlates '\(id)', which is not grouped by '\(field)'; add the field to its group-by")
                }
                if findingRules[place].isDeferred {
                    return refuse(
                        correlation,
                        "correlates '\(id)', which is decided only when no earlier event can come any more, so that nothing can "
                            + "build on it; build on counts, or on rules without an order and without `not`")
                }
                bases.append(.correlation(place))
            } else if refused.contains(id) {
                return refuse(correlation, "correlates '\(id)', which cannot work; mend that correlation first")
            } else {
                return refuse(correlation, "correlates '\(id)', but there is no such rule; correct the reference")
            }
        }
        // What is computed can be anything.
        let isCounted = !correlation.kind.comparesNumbers && correlation.ruleCondition == nil && !correlation.kind.isBehavioural
        guard let threshold = isCounted ? Threshold.of(conditions(of: correlation)) : 1 else {
            return refuse(correlation, "its condition holds for no count of at least 1, so it can never fire; correct its bounds")
        }
        if let field = unknownField(of: correlation.metadata.suppression, in: correlation.groupBy) {
            return refuse(correlation, "it suppresses by '\(field)', which it is not grouped by; add the field to its group-by")
        }
        if let problem = limits(correlation, bases: Set(bases).count, threshold: threshold) {
            return refuse(correlation, problem)
        }
        // Only in an order does a rule that is named twice mean two steps.
        var listed: [Base] = []
        for base in bases where correlation.kind == .temporalOrdered || !listed.contains(base) { listed.append(base) }
        let evidence = evidenceRules(of: listed)
        if evidence.count > Self.maximumEvidenceRules {
            return refuse(correlation, "it builds on more than \(Self.maximumEvidenceRules) rules; split it")
        }
        var terms: RuleTerms?
        if let condition = correlation.ruleCondition {
            let places = Dictionary(listed.enumerated().map { (metadata($1).id, $0) }, uniquingKeysWith: { first, _ in first })
            terms = RuleTerms(condition, places: places, isOrdered: correlation.kind == .temporalOrdered)
            if terms == nil {
                return refuse(
                    correlation,
                    "its condition has more than \(RuleTerms.maximumTerms) alternatives, names a rule that is not listed, or "
                        + "holds without any event; split it")
            }
        }
        append(correlation, listed, threshold: threshold, evidence: evidence, terms: terms)
    }

    /// The first group-by or counted field that an inner correlation is not grouped by, and thus cannot hand on.
    private func missingField(of inner: Int, _ id: String, in correlation: SigmaCorrelation) -> String? {
        let names = correlation.groupBy + correlation.valueFields + (correlation.behaviour?.fields ?? [])
        return names.lazy.compactMap { name(of: $0, in: correlation, for: id) }.first { place(of: $0, in: inner) == nil }
    }

    /// The steps' ids, then the base rules beneath those steps that are correlations.
    private func evidenceRules(of listed: [Base]) -> [String] {
        var ids = listed.map { metadata($0).id }
        for case .correlation(let place) in listed {
            for id in findingRules[place].evidenceRules where !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// The product that a base's log source names; nil: none, or several.
    private func product(_ base: Base) -> String? {
        switch base {
        case .rule(let place): rules[place].logSource.product
        case .correlation(let place): findingRules[place].summary.product
        }
    }

    private func metadata(_ base: Base) -> (id: String, title: String) {
        switch base {
        case .rule(let place): (rules[place].metadata.id, rules[place].metadata.title)
        case .correlation(let place): (findingRules[place].summary.id, findingRules[place].summary.title)
        }
    }

    private func conditions(of correlation: SigmaCorrelation) -> [CountCondition] {
        switch correlation.kind {
        case .eventCount, .valueCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian: correlation.conditions
        case .temporal, .temporalOrdered:
            // Without a condition of its own, all of the rules.
            correlation.conditions.isEmpty ? [CountCondition(.gte, correlation.rules.count)] : correlation.conditions
        case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: []
        }
    }

    private func limits(_ correlation: SigmaCorrelation, bases: Int, threshold: Int) -> String? {
        if correlation.timespan < 0 { return "its timespan is negative" }
        if correlation.groupBy.count > Self.maximumGroupFields {
            return "it groups by more than \(Self.maximumGroupFields) fields; group by fewer"
        }
        if correlation.valueFields.count > Self.maximumGroupFields {
            return "it counts the values of more than \(Self.maximumGroupFields) fields; count fewer"
        }
        switch correlation.kind {
        case .eventCount, .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier: return nil
        case .risk:
            return bases > Self.maximumTemporalRules
                ? "it adds up more than \(Self.maximumTemporalRules) rules; split it" : nil
        case .valueSum, .valueAvg, .valuePercentile, .valueMedian:
            if correlation.valueFields.count != 1 { return "it computes with the numbers of one field; name it in `field`" }
            if correlation.conditions.isEmpty { return "it has no condition for what it computes; add one" }
            return correlation.kind == .valuePercentile && correlation.percentile == nil
                ? "it names no percentile; add `percentile`" : nil
        case .valueCount:
            return correlation.valueFields.isEmpty ? "it counts values but names no field to count; add `field`" : nil
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

    private mutating func append(
        _ correlation: SigmaCorrelation, _ listed: [Base], threshold: Int, evidence: [String], terms: RuleTerms?
    ) {
        let number = findingRules.count
        var versions = [correlation.metadata.version, correlation.kind.rawValue]
        var chain = ChainPosition(reach: correlation.timespan)
        for base in listed {
            switch base {
            case .rule(let place): versions.append(rules[place].metadata.version)
            case .correlation(let place):
                versions.append(findingRules[place].fingerprint)
                chain.innerSteps = listed.map { if case .correlation = $0 { true } else { false } }
                chain.reach = max(chain.reach, Self.sum(correlation.timespan, findingRules[place].chain.reach))
                let outer = min(correlation.timespan, findingRules[place].chain.outerTimespan ?? .max)
                findingRules[place].chain.outerTimespan = outer
            }
        }
        var summary = correlation.metadata.summary
        let products = Set(listed.map(product))
        summary.product = products.count == 1 ? products.first ?? nil : nil
        // The peers stand last, where an event may have no value.
        let neededFields = correlation.groupBy + (correlation.behaviour?.fields ?? [])
        let peers = correlation.behaviour?.peers
        let groupFields = neededFields + (peers.map { [$0] } ?? [])
        findingRules.append(
            FindingRule(
                summary: summary, window: window(correlation.kind), timespan: correlation.timespan,
                threshold: threshold,
                steps: listed.map { base in
                    let (id, title) = metadata(base)
                    return FindingRule.Step(id: id, title: title)
                },
                groupFields: groupFields, valueFields: correlation.valueFields,
                conditions: correlation.ruleCondition == nil ? conditions(of: correlation) : [],
                ruleCondition: correlation.ruleCondition, percentile: correlation.percentile, evidenceRules: evidence,
                isSilent: silent.contains(correlation.metadata.id),
                suppression: suppressing(correlation.metadata.suppression, among: groupFields), chain: chain,
                number: numberCondition(correlation), behaviour: behaviour(correlation, listed, versions), terms: terms,
                fingerprint: fingerprint(versions)))
        chains.append([])
        correlations[correlation.metadata.id] = number
        for base in Set(listed) {
            var steps: UInt64 = 0
            for (place, other) in listed.enumerated() where other == base { steps |= 1 &<< UInt64(min(place, 63)) }
            let step = UInt32(listed.firstIndex(of: base) ?? 0)
            let id = metadata(base).id
            switch base {
            case .rule(let place):
                func field(_ name: String) -> GroupingField {
                    let written = self.name(of: name, in: correlation, for: id)
                    let names = written.map { aliasing.names(of: $0, for: rules[place].logSource) } ?? []
                    return GroupingField(names.map(catalog.intern))
                }
                consumers[place].append(
                    RuleConsumer(
                        findingRule: UInt32(number), steps: steps, step: step,
                        grouping: .fields(neededFields.map(field)), values: values(of: correlation, field),
                        peers: peers.map { RuleConsumer.Peers(field: field($0), isNeeded: correlation.kind.needsPeers) }))
            case .correlation(let place):
                func field(_ name: String) -> Int? {
                    self.name(of: name, in: correlation, for: id).flatMap { self.place(of: $0, in: place) }
                }
                let fields = neededFields.map(field)
                let values = self.values(of: correlation, field)
                chains[place].append(
                    ChainConsumer(
                        findingRule: number, steps: steps, step: step, fields: fields,
                        hasSameGroups: values.isNone && peers == nil && fields == Array(findingRules[place].groupFields.indices),
                        values: values, peers: peers.flatMap(field),
                        evidence: findingRules[place].evidenceRules.map { evidence.firstIndex(of: $0) ?? 0 }))
            }
        }
    }

    /// What is usual is learned from the same events as long as these stay the same.
    private func behaviour(_ correlation: SigmaCorrelation, _ listed: [Base], _ versions: [String]) -> BehaviourRule? {
        guard let parameters = correlation.behaviour else { return nil }
        // Without the correlation's own version, which changes with every word of it.
        var parts = Array(versions.dropFirst()) + ["by"] + correlation.groupBy + ["of"] + parameters.fields
        parts += ["\(parameters.value)", parameters.model.rawValue]
        parts += [
            correlation.timespan, parameters.halfLife, parameters.recordWindow, parameters.window,
            Int64(parameters.maximumEntities),
        ].map(String.init)
        // These keep what is open apart.
        if correlation.kind == .rare || correlation.kind == .unusualTime { parts.append("closed") }
        if let zone = parameters.zoneName { parts += ["in", zone] }
        if let peers = parameters.peers { parts += ["peers", peers] }
        if parameters.scopes != [.entity] { parts += ["among"] + parameters.scopes.map(\.rawValue) }
        return BehaviourRule(
            kind: correlation.kind, parameters: parameters, entityFields: correlation.groupBy.count,
            valueFields: parameters.fields.count, hasPeers: parameters.peers != nil, bucket: correlation.timespan,
            risks: correlation.kind == .risk ? listed.map { BehaviourRule.Risk(summary($0)) } : [],
            stateFingerprint: fingerprint(parts))
    }

    private func summary(_ base: Base) -> RuleSummary {
        switch base {
        case .rule(let place): rules[place].metadata.summary
        case .correlation(let place): findingRules[place].summary
        }
    }

    /// The first field that findings are to be alike in, and are not grouped by.
    private func unknownField(of suppression: Suppression?, in fields: [String]) -> String? {
        suppression?.fields.first { name in !fields.contains { $0.lowercased() == name.lowercased() } }
    }

    private func suppressing(_ suppression: Suppression?, among fields: [String]) -> FindingRule.Suppressing? {
        guard let suppression else { return nil }
        let places = suppression.fields.compactMap { name in fields.firstIndex { $0.lowercased() == name.lowercased() } }
        return FindingRule.Suppressing(duration: suppression.duration, fields: places.isEmpty ? nil : places.sorted())
    }

    private func values<Place>(of correlation: SigmaCorrelation, _ place: (String) -> Place) -> CountedValues<Place> {
        switch correlation.kind {
        case .eventCount, .temporal, .temporalOrdered, .firstSeen, .rare, .unusualTime, .risk: .none
        case .spike, .drop, .peerOutlier:
            switch correlation.behaviour?.value ?? .count {
            case .count: .none
            case .sum(let field): .number(place(field))
            case .distinct(let field): .tuple([place(field)])
            }
        case .travel:
            .place(
                latitude: place("src_endpoint.location.lat"), longitude: place("src_endpoint.location.long"),
                network: place("src_endpoint.autonomous_system.number"))
        case .valueCount: .tuple(correlation.valueFields.map(place))
        case .valueSum, .valueAvg, .valuePercentile, .valueMedian: .number(place(correlation.valueFields[0]))
        }
    }

    private func numberCondition(_ correlation: SigmaCorrelation) -> NumberCondition? {
        let function: NumberCondition.Function
        switch correlation.kind {
        case .eventCount, .valueCount, .temporal, .temporalOrdered: return nil
        case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: return nil
        case .valueSum: function = .sum
        case .valueAvg: function = .average
        case .valuePercentile: function = .percentile(correlation.percentile ?? 50)
        case .valueMedian: function = .percentile(50)
        }
        return NumberCondition(function: function, conditions: correlation.conditions)
    }

    /// Timespans may be hostile.
    private static func sum(_ a: Int64, _ b: Int64) -> Int64 { min(a, Int64.max / 4) + min(b, Int64.max / 4) }

    /// Ends the building: a correlation that others build on keeps another state than one that stands alone, so that its
    /// fingerprint tells of them.
    mutating func finish() {
        for place in findingRules.indices where findingRules[place].chain.outerTimespan != nil {
            findingRules[place].fingerprint = fingerprint([
                findingRules[place].fingerprint, findingRules[place].isSilent ? "silent" : "",
                "consumed within \(findingRules[place].chain.outerTimespan ?? 0)",
            ])
        }
    }

    /// The field that a group-by or counted name stands for in one rule; nil if it is an alias that leaves that rule out.
    private func name(of name: String, in correlation: SigmaCorrelation, for rule: String) -> String? {
        guard let alias = correlation.aliases[name] else { return name }
        return alias[rule]
    }

    /// The place of a field among those that a correlation is grouped by. Names compare as in the field catalog.
    private func place(of field: String, in correlation: Int) -> Int? {
        findingRules[correlation].groupFields.firstIndex { $0.lowercased() == field.lowercased() }
    }

    private func window(_ kind: CorrelationKind) -> FindingRule.Window {
        switch kind {
        case .eventCount: .eventCount
        case .valueSum: .valueSum
        case .valueAvg: .valueAvg
        case .valuePercentile: .valuePercentile
        case .valueMedian: .valueMedian
        case .valueCount: .valueCount
        case .temporal: .temporal
        case .temporalOrdered: .temporalOrdered
        // What is unusual is an event of its own, and repeats extend it.
        case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: .event
        }
    }

    private func fingerprint(_ parts: [String]) -> String {
        StableHash.hash(parts.joined(separator: "\n")).hexadecimal
    }

    private mutating func refuse(_ correlation: SigmaCorrelation, _ problem: String) {
        refused.insert(correlation.metadata.id)
        diagnostics.append(
            Diagnostic(.error, at: correlation.metadata.location, "correlation '\(correlation.metadata.title)': \(problem)"))
    }
}
