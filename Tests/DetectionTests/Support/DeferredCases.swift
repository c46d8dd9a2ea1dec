import Sigma
import TestSupport

/// Random rules of the types that wait before they judge, and streams for them.
enum DeferredCases {
    static let bases = ["b0", "b1", "b2"]
    static let numbers: [CorrelationKind] = [.valueSum, .valueAvg, .valuePercentile, .valueMedian]

    /// One correlation of each type that computes, tuples, and boolean conditions in any order and in order.
    static func correlations(_ generator: inout SeededGenerator) -> [SigmaCorrelation] {
        let timespan = Int64.random(in: 0...12, using: &generator)
        let groups = Bool.random(using: &generator) ? ["user"] : []
        var correlations = numbers.map { kind in
            RuleFixtures.correlation(
                kind.rawValue, kind, rules: Array(bases.prefix(Int.random(in: 1...3, using: &generator))), by: groups,
                within: timespan, bounds(&generator), field: "item",
                percentile: kind == .valuePercentile ? Double(Int.random(in: 0...4, using: &generator)) * 25 : nil)
        }
        correlations.append(
            RuleFixtures.correlation(
                "tuples", .valueCount, rules: bases, by: groups, within: timespan,
                [CountCondition(.gte, Int.random(in: 2...5, using: &generator))], fields: ["item", "place"]))
        for number in 0..<3 {
            let condition = condition(&generator)
            let kind: CorrelationKind = number == 0 || Bool.random(using: &generator) ? .temporal : .temporalOrdered
            correlations.append(
                RuleFixtures.correlation(
                    "condition\(number)", kind, rules: condition.rules.shuffled(using: &generator), by: groups, within: timespan,
                    condition: condition))
        }
        return correlations
    }

    private static func bounds(_ generator: inout SeededGenerator) -> [CountCondition] {
        let value = Double(Int.random(in: -8...16, using: &generator)) / 4
        return switch Int.random(in: 0...6, using: &generator) {
        case 0: [CountCondition(.gt, value)]
        case 1: [CountCondition(.gte, value)]
        case 2: [CountCondition(.lt, value)]
        case 3: [CountCondition(.lte, value)]
        case 4: [CountCondition(.eq, value)]
        case 5: [CountCondition(.neq, value)]
        default: [CountCondition(.gt, value), CountCondition(.lte, value + 2)]
        }
    }

    /// One that something must happen for.
    static func condition(_ generator: inout SeededGenerator) -> RuleCondition {
        while true {
            let condition = expression(&generator, depth: 2)
            if !condition.holds([]), (1..<8).contains(where: { row in
                condition.holds(Set(bases.indices.filter { row >> $0 & 1 == 1 }.map { bases[$0] }))
            }) {
                return condition
            }
        }
    }

    private static func expression(_ generator: inout SeededGenerator, depth: Int) -> RuleCondition {
        let choice = Int.random(in: 0...(depth == 0 ? 1 : 5), using: &generator)
        let rule = RuleCondition.rule(bases.randomElement(using: &generator) ?? "b0")
        if choice == 0 { return rule }
        if choice == 1 { return .not(rule) }
        let parts = (0..<2).map { _ in expression(&generator, depth: depth - 1) }
        return choice == 2 ? .any(parts) : choice == 3 ? .not(.any(parts)) : .all(parts)
    }

    static func makeCase(_ generator: inout SeededGenerator, upTo count: Int64 = 40) -> CorrelatorPropertyTests.Case {
        let collection = SigmaCollection(rules: bases.map { RuleFixtures.base($0) }, correlations: correlations(&generator))
        let span = Int64.random(in: 1...(count * 3), using: &generator)
        let items = ["1", "1.0", "-2", "0.25", "3", "4.5e0", "+2", "x", "", "0x10"]
        let events = (1...Int64.random(in: 1...count, using: &generator)).map { sequence in
            let kinds = bases.filter { _ in Int.random(in: 0...4, using: &generator) < 2 }
            var fields: [(String, String)] = []
            if Int.random(in: 0...9, using: &generator) > 0 {
                fields.append(("user", ["ana", "Ana", "ben"].randomElement(using: &generator) ?? "ana"))
            }
            if Int.random(in: 0...9, using: &generator) > 0 {
                fields.append(("item", items.randomElement(using: &generator) ?? "1"))
            }
            if Int.random(in: 0...9, using: &generator) > 0 {
                fields.append(("place", ["p", "P", "q"].randomElement(using: &generator) ?? "p"))
            }
            return TestEvent(sequence, at: Int64.random(in: 0...span, using: &generator), kinds: kinds, fields: fields)
        }
        let lateness = Int64.random(in: 0...20, using: &generator)
        let arrivals = events.map { (event: $0, at: $0.time + Int64.random(in: 0...lateness, using: &generator)) }
            .shuffled(using: &generator).sorted { $0.at < $1.at }.map(\.event)
        return CorrelatorPropertyTests.Case(collection: collection, lateness: lateness, events: events, arrivals: arrivals)
    }
}
