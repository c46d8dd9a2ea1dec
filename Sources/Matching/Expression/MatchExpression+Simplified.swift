extension MatchExpression {
    /// The same meaning without constants inside, without groups of none or one, and without double negation.
    var simplified: MatchExpression {
        switch self {
        case .constant, .test: return self
        case .not(let inner):
            let simple = inner.simplified
            if case .constant(let value) = simple { return .constant(!value) }
            if case .not(let twice) = simple { return twice }
            return .not(simple)
        case .all(let members): return Self.group(members, neutral: true, make: MatchExpression.all)
        case .any(let members): return Self.group(members, neutral: false, make: MatchExpression.any)
        }
    }

    private static func group(
        _ members: [MatchExpression], neutral: Bool, make: ([MatchExpression]) -> MatchExpression
    ) -> MatchExpression {
        var kept: [MatchExpression] = []
        for member in members {
            let simple = member.simplified
            if case .constant(let value) = simple {
                if value != neutral { return .constant(value) }
                continue
            }
            kept.append(simple)
        }
        if kept.isEmpty { return .constant(neutral) }
        return kept.count == 1 ? kept[0] : make(kept)
    }
}
