import Sigma

/// Boolean conditions over rules, worked out the plain way: every alternative in the window that begins with every event.
enum ReferenceCondition {
    struct Alternative {
        var required: Set<String> = []
        var forbidden: Set<String> = []
    }

    /// The rules that stand without a `not`.
    static func positive(_ condition: RuleCondition) -> Set<String> { named(condition, isNegated: false) }

    private static func named(_ condition: RuleCondition, isNegated: Bool) -> Set<String> {
        switch condition {
        case .rule(let id): isNegated ? [] : [id]
        case .not(let inner): named(inner, isNegated: !isNegated)
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion(named($1, isNegated: isNegated)) }
        }
    }

    static func alternatives(_ condition: RuleCondition, isNegated: Bool = false) -> [Alternative] {
        switch (condition, isNegated) {
        case (.rule(let id), false): [Alternative(required: [id])]
        case (.rule(let id), true): [Alternative(forbidden: [id])]
        case (.not(let inner), _): alternatives(inner, isNegated: !isNegated)
        case (.any(let parts), false), (.all(let parts), true): parts.flatMap { alternatives($0, isNegated: isNegated) }
        case (.all(let parts), false), (.any(let parts), true):
            parts.reduce([Alternative()]) { joined, part in
                alternatives(part, isNegated: isNegated).flatMap { term in
                    joined.map { other in
                        Alternative(
                            required: term.required.union(other.required), forbidden: term.forbidden.union(other.forbidden))
                    }
                }
            }
        }
    }

    /// - Parameters:
    ///   - episode: events of rules that stand without a `not`, in order.
    ///   - all: all events of the group, in order.
    static func holds(
        _ condition: RuleCondition, isOrdered: Bool, rules: [String], episode: [TestEvent], of all: [TestEvent],
        timespan: Int64
    ) -> Bool {
        let alternatives = alternatives(condition)
        return episode.contains { first in
            let window = all.filter { event in
                (event.time, event.sequence) >= (first.time, first.sequence) && event.time <= first.time + timespan
            }
            return alternatives.contains { alternative in
                if window.contains(where: { !alternative.forbidden.isDisjoint(with: $0.kinds) }) { return false }
                if !isOrdered {
                    return !alternative.required.isDisjoint(with: first.kinds)
                        && alternative.required.allSatisfy { rule in window.contains { $0.kinds.contains(rule) } }
                }
                let order = rules.filter(alternative.required.contains)
                guard let start = order.first, first.kinds.contains(start) else { return false }
                return follows(order[...], in: window[...])
            }
        }
    }

    private static func follows(_ order: ArraySlice<String>, in window: ArraySlice<TestEvent>) -> Bool {
        guard let next = order.first else { return true }
        guard let place = window.firstIndex(where: { $0.kinds.contains(next) }) else { return false }
        return follows(order.dropFirst(), in: window[(place + 1)...])
    }
}
