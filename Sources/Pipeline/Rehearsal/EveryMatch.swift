public import EventModel
public import Sigma

/// Shows each firing of a rule by itself, where findings group them: for `rule run --every-match`.
///
/// A rule fires at each event that it matches, a correlation at each event at which its condition holds in the window that ends
/// with it. Around each rule stands a correlation that counts single firings, within a window that holds one instant; the engine
/// is the one that runs live.
public enum EveryMatch {
    private static let prefix = "every-match:"

    /// The rules, each with one around it that tells its firings.
    public static func collection(_ collection: SigmaCollection) -> SigmaCollection {
        let groups = Dictionary(
            collection.correlations.map { ($0.metadata.id, $0.groupBy) }, uniquingKeysWith: { first, _ in first })
        var result = collection
        for metadata in collection.rules.map(\.metadata) + collection.correlations.map(\.metadata) {
            var outer = metadata
            outer.id = prefix + metadata.id
            outer.name = nil
            outer.suppression = nil
            result.correlations.append(
                SigmaCorrelation(
                    metadata: outer, kind: .eventCount, rules: [metadata.id], groupBy: groups[metadata.id] ?? [], timespan: 0,
                    conditions: [CountCondition(.gte, 1)], generate: true))
        }
        return result
    }

    /// Of the findings of such a collection those that tell firings, under the rules' own ids, in order of time.
    public static func firings(_ findings: [Finding]) -> [Finding] {
        findings.filter { $0.rule.id.hasPrefix(prefix) }
            .map { finding in
                var firing = finding
                firing.rule.id.removeFirst(prefix.count)
                firing.reason = finding.count == 1 ? "fires" : "fires at \(finding.count) events of this instant"
                if !finding.group.isEmpty {
                    firing.reason += " for " + finding.group.map { "\($0.field)=\($0.value)" }.joined(separator: ", ")
                }
                return firing
            }
            .sorted { ($0.firstSeen, $0.rule.id, $0.uid) < ($1.firstSeen, $1.rule.id, $1.uid) }
    }
}
