import Detection
import EventModel
import LocatedYAML
import Matching
import Pipeline
import Sigma
import Storage

/// How near a rule came to firing on the events of one entity.
struct RuleNearness {
    /// Groups of one rule that are shown.
    private static let shownGroups = 3

    private let setup: DetectionSetup
    private let events: [FoundEvent]
    private let entity: String
    private let style: Style
    private let approaches: RuleApproaches
    /// Events that each rule of the setup matched, by the rule's place.
    private let matches: [Int: Int]

    /// - Parameter events: those that have the entity among their values.
    init(setup: DetectionSetup, events: [FoundEvent], entity: String, style: Style) {
        self.setup = setup
        self.events = events
        self.entity = entity
        self.style = style
        var detector = Detector(ruleSet: setup.ruleSet)
        var extractor = MatchExtractor()
        var approaches = RuleApproaches(setup.ruleSet)
        var matches: [Int: Int] = [:]
        for found in events {
            let stored = StoredBatch(batch: found.event.batch, sequences: [found.sequence])
            let matched = detector.detect(stored.batch)
            for match in matched { matches[Int(match.rule), default: 0] += 1 }
            approaches.add(extractor.extract(stored, matches: matched, ruleSet: setup.ruleSet))
        }
        self.approaches = approaches
        self.matches = matches
    }

    func lines(_ metadata: RuleMetadata, findings: [StoredFinding]) -> [String] {
        var lines = [
            style.paint(metadata.title, .bold) + "  "
                + style.paint(metadata.level.rawValue, AlertText.tone(metadata.level))
        ]
        if findings.isEmpty {
            lines.append("raised nothing for \(entity), which \(count(events.count, "event")) have")
        } else {
            let uids = findings.prefix(5).map { AlertText.shortUID($0.finding.uid) }.joined(separator: ", ")
            lines.append("raised \(count(findings.count, "finding")) for \(entity): \(uids); siemctl alert show UID tells why")
        }
        return lines + rule(metadata.id, depth: 0)
    }

    private func rule(_ id: String, depth: Int) -> [String] {
        if let place = setup.collection.rules.firstIndex(where: { $0.metadata.id == id }) { return base(place) }
        guard depth < 4, let correlation = setup.collection.correlations.first(where: { $0.metadata.id == id }) else { return [] }
        let found = approaches.approaches(of: id).prefix(Self.shownGroups)
        var lines: [String] = found.flatMap { self.lines($0, correlation) }
        if found.isEmpty { lines.append("  no event of them counts for it") }
        for rule in correlation.rules {
            let isShown = found.first.map { $0.missing.contains { steps(id)[$0].id == rule } } ?? true
            // What was there needs no explaining.
            if isShown { lines += ["", style.paint("Builds on ", .bold) + title(rule)] + self.rule(rule, depth: depth + 1) }
        }
        return lines
    }

    private func steps(_ id: String) -> [FindingRule.Step] {
        setup.ruleSet.findingRules.first { $0.summary.id == id }?.steps ?? []
    }

    /// One group of a correlation.
    private func lines(_ approach: RuleApproach, _ correlation: SigmaCorrelation) -> [String] {
        let group = approach.group.map { "\($0.field)=\($0.value)" }.joined(separator: ", ")
        let timespan = DurationText.text(correlation.timespan)
        let isSteps = correlation.kind == .temporal || correlation.kind == .temporalOrdered
        let unit =
            switch correlation.kind {
            case .temporal: "rules"
            case .temporalOrdered: "rules in their order"
            case .valueCount: "values of \(correlation.valueFields.joined(separator: ", "))"
            default: "events"
            }
        let wanted = approach.needed.map { " of \($0)" } ?? ""
        let isReached = approach.needed.map { approach.reached >= $0 } ?? false
        let nearest = style.paint("\(approach.reached)\(wanted) \(unit)", isReached ? .green : .yellow)
        var lines = [
            "  nearest   \(nearest) within \(timespan)\(group.isEmpty ? "" : ", " + group)",
            "            from \(TimeText.short(approach.first)) to \(TimeText.short(approach.last)) UTC; "
                + "\(count(approach.events, "event")) in all",
        ]
        if approach.needed == nil { lines.append("            what it computes of them did not reach its condition") }
        let steps = steps(correlation.metadata.id)
        if isSteps {
            for place in approach.matched { lines.append("  \(style.paint("✓", .green)) \(steps[place].title)") }
            for place in approach.missing { lines.append("  \(style.paint("✗", .red)) \(steps[place].title)") }
        }
        return lines
    }

    /// A rule for one event: how many of the entity's events pass each of its conditions.
    private func base(_ place: Int) -> [String] {
        let rule = setup.collection.rules[place]
        let routed = events.filter { found in
            setup.ruleSet.routes[place].map { $0.contains(found.event.row.product) } ?? true
        }
        let matched = matches[place] ?? 0
        var lines = [
            "  events    \(matched) of \(entity)'s \(count(events.count, "event")) match it; "
                + "\(routed.count) are of its log source"
        ]
        if matched > 0 || routed.isEmpty { return lines }
        let parts = Self.parts(rule.expression)
        let counts = ExpressionCounts(parts, of: rule.logSource, setup: setup).counts(routed)
        for (part, number) in zip(parts, counts) {
            let outline = part.outline
            let mark = number > 0 ? style.paint("✓", .green) : style.paint("✗", .red)
            lines.append("  \(mark) \(number) pass  \(outline.first ?? "")")
            lines += outline.dropFirst().map { "            " + $0 }
        }
        return lines
    }

    /// What must hold together.
    private static func parts(_ expression: MatchExpression) -> [MatchExpression] {
        guard case .all(let parts) = expression else { return [expression] }
        return parts.flatMap { self.parts($0) }
    }

    private func title(_ id: String) -> String {
        setup.collection.metadata.first { $0.id == id }.map { "\"\($0.title)\"" } ?? id
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

/// Counts how many events satisfy each of several expressions.
private struct ExpressionCounts {
    private let ruleSet: RuleSet

    /// - Parameter logSource: where the events come from, for the names that fields have there.
    init(_ expressions: [MatchExpression], of logSource: LogSource, setup: DetectionSetup) {
        let rules = expressions.enumerated().map { number, expression in
            SigmaRule(
                metadata: RuleMetadata(
                    id: "\(number)", title: "", version: "", location: SourceLocation(file: "", line: 1, column: 1)),
                logSource: logSource, expression: expression)
        }
        ruleSet = RuleSet(
            collection: SigmaCollection(rules: rules, correlations: []), products: setup.products, catalog: setup.catalog)
    }

    func counts(_ events: [FoundEvent]) -> [Int] {
        var detector = Detector(ruleSet: ruleSet)
        var counts = [Int](repeating: 0, count: ruleSet.rules.count)
        for found in events {
            for match in detector.detect(found.event.batch) { counts[Int(match.rule)] += 1 }
        }
        return counts
    }
}
