import Sigma

/// A boolean condition over the rules of a temporal correlation, as alternatives of which one has to hold.
struct RuleTerms: Sendable, Equatable {
    /// One alternative: all of these rules match within a timespan, and none of those.
    struct Term: Sendable, Equatable {
        /// A bit for each rule, by its place in `FindingRule.steps`. Never none.
        var required: UInt64
        var forbidden: UInt64

        /// The places of the required ones, in the order listed.
        var order: [Int] { (0..<64).filter { required & (1 &<< UInt64($0)) != 0 } }

        /// Whether whatever satisfies the other one satisfies this one too. (What asks for fewer rules and forbids some may begin
        /// its window later, and meet what the other one's window has not in it.)
        func covers(_ other: Term) -> Bool {
            if required == other.required { return forbidden & ~other.forbidden == 0 }
            return required & ~other.required == 0 && forbidden == 0
        }
    }

    /// More alternatives than this are refused: each costs memory in every group, and time with every event.
    static let maximumTerms = 64

    let terms: [Term]
    /// Whether the required rules have to match in the order listed.
    let isOrdered: Bool
    /// The rules that stand somewhere without a `not`. The others' events only keep something from holding.
    let positive: UInt64

    /// Whether something must be waited for that does not come.
    var hasAbsence: Bool { terms.contains { $0.forbidden != 0 } }
    /// Whether something holds as soon as it has come.
    var hasPresence: Bool { terms.contains { $0.forbidden == 0 } }

    /// Nil if there are too many alternatives, or one asks for no rule at all.
    ///
    /// - Parameter places: of the rules, by their ids.
    init?(_ condition: RuleCondition, places: [String: Int], isOrdered: Bool) {
        guard let terms = Self.terms(condition, isNegated: false, places), !terms.isEmpty,
            terms.allSatisfy({ $0.required != 0 })
        else { return nil }
        self.terms = terms
        self.isOrdered = isOrdered
        positive = Self.positive(condition, isNegated: false, places)
    }

    private static func positive(_ condition: RuleCondition, isNegated: Bool, _ places: [String: Int]) -> UInt64 {
        switch condition {
        case .rule(let id): isNegated ? 0 : 1 &<< UInt64(places[id] ?? 0)
        case .not(let inner): positive(inner, isNegated: !isNegated, places)
        case .all(let parts), .any(let parts): parts.reduce(0) { $0 | positive($1, isNegated: isNegated, places) }
        }
    }

    /// The disjunctive normal form, without what contradicts itself or says nothing new.
    private static func terms(_ condition: RuleCondition, isNegated: Bool, _ places: [String: Int]) -> [Term]? {
        switch condition {
        case .rule(let id):
            guard let place = places[id], place < 64 else { return nil }
            let bit: UInt64 = 1 &<< UInt64(place)
            return [isNegated ? Term(required: 0, forbidden: bit) : Term(required: bit, forbidden: 0)]
        case .not(let inner): return terms(inner, isNegated: !isNegated, places)
        case .all(let parts): return join(parts, isNegated: isNegated, isAll: !isNegated, places)
        case .any(let parts): return join(parts, isNegated: isNegated, isAll: isNegated, places)
        }
    }

    private static func join(
        _ parts: [RuleCondition], isNegated: Bool, isAll: Bool, _ places: [String: Int]
    ) -> [Term]? {
        var joined = isAll ? [Term(required: 0, forbidden: 0)] : []
        for part in parts {
            guard let terms = terms(part, isNegated: isNegated, places) else { return nil }
            var next: [Term] = isAll ? [] : joined
            for term in terms {
                for other in isAll ? joined : [Term(required: 0, forbidden: 0)] {
                    let both = Term(required: term.required | other.required, forbidden: term.forbidden | other.forbidden)
                    if both.required & both.forbidden != 0 || next.contains(where: { $0.covers(both) }) { continue }
                    next.removeAll { both.covers($0) }
                    next.append(both)
                }
            }
            if next.count > maximumTerms { return nil }
            joined = next
        }
        return joined
    }

    /// Whether an alternative that forbids nothing holds, when exactly these rules match.
    func isPresent(_ steps: UInt64) -> Bool {
        for term in terms where term.forbidden == 0 && term.required & ~steps == 0 { return true }
        return false
    }
}
