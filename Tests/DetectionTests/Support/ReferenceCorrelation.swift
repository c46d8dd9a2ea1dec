import Sigma

/// What findings a finished stream must have, worked out the plain way: sort everything, cut it into episodes, try every window.
enum ReferenceCorrelation {
    static func outcome(_ collection: SigmaCollection, _ events: [TestEvent]) -> [Outcome] {
        let sorted = events.sorted { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
        var outcomes: [Outcome] = []
        for correlation in collection.correlations {
            let matching = sorted.filter { event in correlation.rules.contains { event.kinds.contains($0) } }
            let members = correlation.ruleCondition.map(ReferenceCondition.positive)
            var groups: [[String]: [TestEvent]] = [:]
            for event in matching {
                let values = correlation.groupBy.compactMap { name in event.value(name).map { "\(name)=\($0)" } }
                if values.count < correlation.groupBy.count { continue }
                if correlation.valueFields.contains(where: { event.value($0) == nil }) { continue }
                if correlation.kind.comparesNumbers, number(correlation, event) == nil { continue }
                groups[values, default: []].append(event)
            }
            for (group, all) in groups {
                let own = members.map { rules in all.filter { !rules.isDisjoint(with: $0.kinds) } } ?? all
                for episode in episodes(own, correlation.timespan / 1_000_000) where holds(correlation, episode, of: all) {
                    let numbers = episode.map(\.sequence)
                    outcomes.append(
                        Outcome(
                            rule: correlation.metadata.id, group: group, first: episode[0].time,
                            last: episode[episode.count - 1].time, count: episode.count,
                            evidence: numbers.count <= 100 ? numbers : Array(numbers.prefix(50) + numbers.suffix(50))))
                }
            }
        }
        return outcomes.sorted()
    }

    private static func episodes(_ events: [TestEvent], _ timespan: Int64) -> [[TestEvent]] {
        var episodes: [[TestEvent]] = []
        for event in events {
            if let last = episodes.last?.last, event.time - last.time <= timespan {
                episodes[episodes.count - 1].append(event)
            } else {
                episodes.append([event])
            }
        }
        return episodes
    }

    /// Whether the condition holds in the window that ends with any of the events: what an SQL window query would say.
    ///
    /// - Parameter all: the group's events, those too that are in no episode.
    private static func holds(_ correlation: SigmaCorrelation, _ events: [TestEvent], of all: [TestEvent]) -> Bool {
        let timespan = correlation.timespan / 1_000_000
        if let condition = correlation.ruleCondition {
            return ReferenceCondition.holds(
                condition, isOrdered: correlation.kind == .temporalOrdered, rules: correlation.rules, episode: events, of: all,
                timespan: timespan)
        }
        for end in events.indices {
            let window = events[...end].filter { $0.time >= events[end].time - timespan }
            let count: Int
            var conditions = correlation.conditions
            switch correlation.kind {
            case .valueSum, .valueAvg, .valuePercentile, .valueMedian:
                let value = computed(correlation, window.compactMap { number(correlation, $0) })
                if conditions.allSatisfy({ $0.holds(value) }) { return true }
                continue
            case .eventCount: count = window.count
            case .valueCount: count = Set(window.map { event in correlation.valueFields.map { event.value($0) } }).count
            case .temporal:
                count = correlation.rules.filter { rule in window.contains { $0.kinds.contains(rule) } }.count
            case .temporalOrdered: count = longest(Array(window), correlation.rules)
            // What is usual is no matter of one window.
            case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: return false
            }
            if conditions.isEmpty { conditions = [CountCondition(.gte, correlation.rules.count)] }
            if conditions.allSatisfy({ $0.holds(count) }) { return true }
        }
        return false
    }

    private static func number(_ correlation: SigmaCorrelation, _ event: TestEvent) -> Double? {
        let text = event.value(correlation.valueField ?? "") ?? ""
        return text.allSatisfy { "0123456789+-.e".contains($0) } ? Double(text) : nil
    }

    private static func computed(_ correlation: SigmaCorrelation, _ numbers: [Double]) -> Double {
        let sum = numbers.reduce(0, +)
        if correlation.kind == .valueSum { return sum }
        if correlation.kind == .valueAvg { return sum / Double(numbers.count) }
        let rank = Double(numbers.count - 1) * (correlation.percentile ?? 50) / 100
        let sorted = numbers.sorted()
        let (low, high) = (sorted[Int(rank.rounded(.down))], sorted[Int(rank.rounded(.up))])
        return low + (high - low) * (rank - rank.rounded(.down))
    }

    /// The longest run of base rules in their order, as a longest common subsequence of events and rules.
    private static func longest(_ events: [TestEvent], _ rules: [String]) -> Int {
        // best[p]: the longest run over the events from here on that uses rules from place p on.
        var best = [Int](repeating: 0, count: rules.count + 1)
        for event in events.reversed() {
            let later = best
            for place in rules.indices {
                for next in rules.indices[place...] where event.kinds.contains(rules[next]) {
                    best[place] = max(best[place], 1 + later[next + 1])
                }
            }
        }
        return best[0]
    }
}
