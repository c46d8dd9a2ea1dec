/// What a temporal correlation asks of its rules when its condition is an expression, such as `failure and not success`
/// (Sigma enhancement proposal 198, "extended condition").
///
/// It never holds when none of the rules matched: there would be no event to find, and no time from which to wait.
public indirect enum RuleCondition: Sendable, Equatable {
    /// The rule or correlation with this id (`RuleMetadata.id`) matches within the window.
    case rule(String)
    case all([RuleCondition])
    case any([RuleCondition])
    case not(RuleCondition)

    /// Whether it holds when exactly those rules matched whose ids are in `matched`.
    public func holds(_ matched: Set<String>) -> Bool { holds { matched.contains($0) } }

    /// Whether it holds, given for each id whether that rule matched.
    public func holds(_ matches: (String) -> Bool) -> Bool {
        switch self {
        case .rule(let id): matches(id)
        case .all(let parts): parts.allSatisfy { $0.holds(matches) }
        case .any(let parts): parts.contains { $0.holds(matches) }
        case .not(let inner): !inner.holds(matches)
        }
    }

    /// The ids that it names, in the order of their first mention, each once.
    public var rules: [String] {
        var ids: [String] = []
        gather(into: &ids)
        return ids
    }

    private func gather(into ids: inout [String]) {
        switch self {
        case .rule(let id): if !ids.contains(id) { ids.append(id) }
        case .all(let parts), .any(let parts): for part in parts { part.gather(into: &ids) }
        case .not(let inner): inner.gather(into: &ids)
        }
    }
}
