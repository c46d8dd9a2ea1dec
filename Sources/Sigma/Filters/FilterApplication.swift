import LocatedYAML
import Matching

/// ANDs filters to the rules that they are for: those whose log source lies within the filter's, and that it refers to. Never to
/// correlations, whose base rules have their own.
struct FilterApplication {
    /// Tests that filters add to all rules together. A filter for every rule is compiled into each of them.
    private static let maximumTests = 2_000_000

    var filters: [FilterDefinition]
    var index: RuleIndex
    /// For rules that were written with a pipe: the ids of the base rules made of each, by the id of the correlation.
    var bases: [String: [String]]
    var log: DiagnosticLog

    func apply(to rules: inout [SigmaRule]) {
        let places = Dictionary(rules.enumerated().map { ($1.metadata.id, $0) }, uniquingKeysWith: { first, _ in first })
        var versions: [String: String] = [:]
        var tests = 0
        for filter in filters {
            let chosen = self.places(of: filter, rules, places)
            tests += chosen.count * filter.expression.testCount
            guard tests <= Self.maximumTests else {
                log.error(
                    at: filter.metadata.location,
                    "filter \"\(filter.metadata.title)\" and those before it add more than \(Self.maximumTests) tests to the "
                        + "rules; shorten it, or name fewer rules")
                return
            }
            for place in chosen {
                rules[place].filters.append(filter.applied)
                rules[place].expression = Self.both(rules[place].expression, filter.expression)
                versions[rules[place].metadata.id, default: rules[place].metadata.version] += filter.metadata.version
            }
        }
        for place in rules.indices {
            guard let text = versions[rules[place].metadata.id] else { continue }
            rules[place].metadata.version = Fingerprint.hex(of: text)
        }
    }

    private static func both(_ rule: MatchExpression, _ filter: MatchExpression) -> MatchExpression {
        if case .all(let parts) = rule { return .all(parts + [filter]) }
        return .all([rule, filter])
    }

    /// The rules that a filter is for, in order; what leads nowhere is logged.
    private func places(of filter: FilterDefinition, _ rules: [SigmaRule], _ places: [String: Int]) -> [Int] {
        switch filter.scope {
        case .any:
            let chosen = rules.indices.filter { filter.logSource.contains(rules[$0].logSource) }
            if chosen.isEmpty {
                log.warning(
                    at: filter.metadata.location,
                    "filter \"\(filter.metadata.title)\" is for no rule: none has a log source within its own")
            }
            return chosen
        case .rules(let references):
            var chosen: Set<Int> = []
            for reference in references {
                let found = ids(of: reference).compactMap { places[$0] }
                let within = found.filter { filter.logSource.contains(rules[$0].logSource) }
                if !found.isEmpty, within.isEmpty {
                    log.warning(
                        at: reference.location,
                        "the filter is not applied to \"\(reference.text)\", whose log source does not lie within the filter's; "
                            + "name only what that rule names under \"logsource\"")
                }
                chosen.formUnion(within)
            }
            return chosen.sorted()
        }
    }

    private func ids(of reference: FilterDefinition.Reference) -> [String] {
        guard let id = index.resolve(reference, log: log) else { return [] }
        guard index.find(reference.text) == .correlation(id) else { return [id] }
        if let bases = bases[id] { return bases }
        log.error(
            at: reference.location,
            "\"\(reference.text)\" is a correlation; filters apply to single-event rules, so name the rules that it builds on")
        return []
    }
}
