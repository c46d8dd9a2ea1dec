import Detection
import EventModel
import LocatedYAML
import Matching
import Pipeline
import Sigma

/// A rule as the engine understands it, for `siemctl rule explain`.
struct RuleExplanation {
    let setup: DetectionSetup
    let style: Style

    /// - Parameter id: of a rule or correlation of the setup's collection.
    func lines(_ id: String) -> [String] {
        let collection = setup.collection
        if let place = collection.rules.firstIndex(where: { $0.metadata.id == id }) {
            let rule = collection.rules[place]
            return head(rule.metadata) + [""] + base(place) + effect(rule.metadata)
        }
        guard let correlation = collection.correlations.first(where: { $0.metadata.id == id }) else { return [] }
        var lines = head(correlation.metadata) + [""] + window(correlation) + effect(correlation.metadata)
        for rule in correlation.rules {
            lines += ["", style.paint("Builds on ", .bold) + title(rule)]
            if let place = collection.rules.firstIndex(where: { $0.metadata.id == rule }) {
                lines += base(place).map { "  " + $0 }
            } else if let inner = collection.correlations.first(where: { $0.metadata.id == rule }) {
                lines += window(inner).map { "  " + $0 }
                lines.append("  each of its firing events counts; rule explain \(rule) shows it")
            }
        }
        return lines
    }

    private func head(_ metadata: RuleMetadata) -> [String] {
        [
            style.paint(metadata.title, .bold) + "  "
                + style.paint(metadata.level.rawValue, AlertText.tone(metadata.level)),
            style.paint("id \(metadata.id), \(metadata.location.file):\(metadata.location.line)", .dim),
        ]
    }

    // MARK: Single events

    private func base(_ place: Int) -> [String] {
        let rule = setup.collection.rules[place]
        let explanation = MatchExplanation(of: place, among: setup.collection.rules.map(\.expression))
        var lines = ["events    \(events(rule, place))", "asks      "]
        lines[1] += rule.expression.outline.first ?? ""
        lines += rule.expression.outline.dropFirst().map { "          " + $0 }
        for filter in rule.filters { lines.append("filter    \(filter.title) (\(filter.location.file):\(filter.location.line))") }
        switch explanation.filing {
        case .never: lines.append(style.paint("found by  nothing: no event can satisfy it", .red))
        case .always:
            let reason = "it has nothing that must be true and can be looked up"
            lines.append(style.paint("found by  trying it on every such event: \(reason)", .yellow))
        case .keys(let keys):
            lines.append("found by  \(keys.first ?? "")")
            for key in keys.dropFirst().prefix(9) { lines.append("          or \(key)") }
            if keys.count > 10 { lines.append("          or \(keys.count - 10) more") }
        }
        let share = Self.percent(explanation.expectedShare)
        lines.append("cost      \(explanation.testCount) tests, on an expected \(share) of those events")
        return lines
    }

    private func events(_ rule: SigmaRule, _ place: Int) -> String {
        let parts = [
            ("product", rule.logSource.product), ("category", rule.logSource.category), ("service", rule.logSource.service),
        ]
        let source = parts.compactMap { name, value in value.map { "\(name): \($0)" } }.joined(separator: ", ")
        guard let routes = setup.ruleSet.routes[place] else { return "of every product" }
        if routes.isEmpty { return style.paint("none: no mapping answers to \(source)", .red) }
        let products = routes.sorted().map { setup.products[$0].name }
        return "of \(products.joined(separator: ", ")) (\(source))"
    }

    private static func percent(_ share: Double) -> String {
        share == 0 ? "0 %" : share < 0.01 ? "less than 1 %" : "\(Int((share * 100).rounded())) %"
    }

    // MARK: Correlations

    private func window(_ correlation: SigmaCorrelation) -> [String] {
        let rules = correlation.rules.count == 1 ? "1 rule" : "\(correlation.rules.count) rules"
        let counts = correlation.conditions.map(Self.text).joined(separator: " and ")
        let unusual = correlation.behaviour.map { Self.text($0, correlation.kind) }
        let condition = correlation.ruleCondition.map { text($0) } ?? unusual ?? counts
        let value = correlation.valueFields.isEmpty ? "" : " of \(correlation.valueFields.joined(separator: ", "))"
        let percentile = correlation.percentile.map { " \($0)" } ?? ""
        let fields = correlation.groupBy.joined(separator: ", ")
        let group = fields.isEmpty ? "one group for all" : "a group for each \(fields)"
        var lines = [
            "counts    \(correlation.kind.rawValue)\(percentile)\(value) over \(rules), \(condition)",
            "window    \(DurationText.text(correlation.timespan)) of event time, both ends included; \(group)",
        ]
        for (alias, fields) in correlation.aliases.sorted(by: { $0.key < $1.key }) {
            let names = fields.sorted { $0.key < $1.key }.map { "\($0.value) in \(title($0.key))" }.joined(separator: ", ")
            lines.append("alias     \(alias): \(names)")
        }
        return lines
    }

    private static func text(_ behaviour: Behaviour, _ kind: CorrelationKind) -> String {
        if kind == .risk {
            let points = Int(behaviour.minimumRisk.rounded())
            return "which add up to \(points) points, or are \(behaviour.minimumRules) rules of \(behaviour.minimumTactics) "
                + "tactics within \(DurationText.text(behaviour.window)) (docs/behaviour.md)"
        }
        let peers = behaviour.peers.map { "; peers have the same \($0)" } ?? ""
        let learning = kind == .travel ? "" : "; an entity is watched for \(DurationText.text(behaviour.warmUpAge)) first"
        return "what is not usual\(learning)\(peers) (docs/behaviour.md)"
    }

    private static func text(_ condition: CountCondition) -> String {
        let number = condition.number
        let text = number == number.rounded() ? "\(condition.value)" : "\(number)"
        switch condition.relation {
        case .gt: return "more than \(text)"
        case .gte: return "at least \(text)"
        case .lt: return "less than \(text)"
        case .lte: return "at most \(text)"
        case .eq: return "exactly \(text)"
        case .neq: return "other than \(text)"
        }
    }

    private func text(_ condition: RuleCondition) -> String {
        switch condition {
        case .rule(let id): title(id)
        case .not(let inner): "no " + text(inner)
        case .all(let parts): parts.map(inner).joined(separator: " and ")
        case .any(let parts): parts.map(inner).joined(separator: " or ")
        }
    }

    private func inner(_ condition: RuleCondition) -> String {
        switch condition {
        case .rule, .not: text(condition)
        case .all, .any: "(\(text(condition)))"
        }
    }

    private func title(_ id: String) -> String {
        setup.collection.metadata.first { $0.id == id }.map { "\"\($0.title)\"" } ?? id
    }

    // MARK: What follows

    private func effect(_ metadata: RuleMetadata) -> [String] {
        var lines: [String] = []
        if setup.collection.silentRules.contains(metadata.id) {
            let by = setup.collection.correlations.filter { $0.rules.contains(metadata.id) }.map { title($0.metadata.id) }
            lines.append("raises    nothing of its own: it counts for \(by.joined(separator: ", "))")
        } else {
            lines.append("raises    one finding for each group, which later events extend until its window has emptied")
        }
        if let suppression = metadata.suppression {
            let fields = suppression.fields.isEmpty ? "values" : suppression.fields.joined(separator: ", ")
            lines.append("          then none with the same \(fields) for \(DurationText.text(suppression.duration))")
        }
        return lines
    }
}


extension SigmaCollection {
    /// What all rules, then all correlations, say of themselves.
    var metadata: [RuleMetadata] { rules.map(\.metadata) + correlations.map(\.metadata) }
}
