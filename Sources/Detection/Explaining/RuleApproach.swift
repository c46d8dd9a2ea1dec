public import EventModel

/// How near one group of a rule has come to what the rule asks for: its best window.
public struct RuleApproach: Sendable, Equatable {
    public var group: [Finding.GroupValue]
    /// Matching events of the group, in and outside of the window.
    public var events: Int
    /// What the best window has: events, distinct values, or steps; of types that compute with numbers, events.
    public var reached: Int
    /// What the rule asks for; nil where that is no count.
    public var needed: Int?
    /// The first and the last event of that window.
    public var first: Timestamp
    public var last: Timestamp
    /// Places in `FindingRule.steps` of those that match in that window, and of the others.
    public var matched: [Int]
    public var missing: [Int]

    /// The share of what is asked for.
    public var nearness: Double { needed.map { Double(reached) / Double(max(1, $0)) } ?? 0 }
}

/// Gathers what matched, and says how near each rule has come. For people who ask why nothing was found; not what finds.
public struct RuleApproaches: Sendable {
    /// Events of one group that are looked at; later ones are only counted.
    static let maximumEvents = 100_000

    private struct Key: Hashable {
        var rule: UInt32
        var group: GroupKey
    }

    private struct Gathered {
        var text: [UInt8]
        var events: [MatchedEvent] = []
        var count = 0
    }

    private let ruleSet: RuleSet
    private var groups: [Key: Gathered] = [:]

    public init(_ ruleSet: RuleSet) { self.ruleSet = ruleSet }

    public mutating func add(_ batch: MatchBatch) {
        for event in batch.events {
            let key = Key(rule: event.rule, group: event.group)
            var gathered = groups.removeValue(forKey: key)
                ?? Gathered(text: Array(batch.text[Int(event.textStart)..<Int(event.textEnd)]))
            if gathered.events.count < Self.maximumEvents { gathered.events.append(event) }
            if event.countsEvent { gathered.count += 1 }
            groups[key] = gathered
        }
    }

    /// The groups of a rule, the one that came nearest first.
    /// - Parameter id: of a rule in `RuleSet.findingRules`.
    public func approaches(of id: String) -> [RuleApproach] {
        guard let place = ruleSet.findingRules.firstIndex(where: { $0.summary.id == id }) else { return [] }
        let rule = ruleSet.findingRules[place]
        return groups.filter { $0.key.rule == UInt32(place) }
            .map { Self.approach(rule, $0.value) }
            .sorted { a, b in
                if a.nearness != b.nearness { return a.nearness > b.nearness }
                return a.events == b.events ? a.first < b.first : a.events > b.events
            }
    }

    private static func approach(_ rule: FindingRule, _ gathered: Gathered) -> RuleApproach {
        let events = gathered.events.sorted { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
        var best = (reached: 0, start: 0, end: 0)
        var start = 0
        for end in events.indices {
            while events[end].time - events[start].time > rule.timespan { start += 1 }
            let reached = Self.reached(rule, events[start...end])
            if reached > best.reached { best = (reached, start, end) }
        }
        let window = events[best.start...best.end]
        let steps = window.reduce(UInt64(0)) { $0 | $1.steps }
        let places = rule.steps.indices.filter { $0 < 64 }
        return RuleApproach(
            group: GroupText.values(of: gathered.text, fields: rule.groupFields), events: gathered.count, reached: best.reached,
            needed: rule.number == nil ? needed(rule) : nil, first: window.first?.time ?? .distantPast,
            last: window.last?.time ?? .distantPast, matched: places.filter { steps & (1 &<< UInt64($0)) != 0 },
            missing: places.filter { steps & (1 &<< UInt64($0)) == 0 })
    }

    private static func needed(_ rule: FindingRule) -> Int {
        // A boolean condition is over the steps; how many it takes depends on which.
        rule.ruleCondition == nil ? rule.threshold : rule.terms?.positive.nonzeroBitCount ?? rule.steps.count
    }

    private static func reached(_ rule: FindingRule, _ window: ArraySlice<MatchedEvent>) -> Int {
        switch rule.window {
        case .event, .eventCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian: window.count { $0.countsEvent }
        case .valueCount: Set(window.map(\.value)).count
        case .temporal: window.reduce(UInt64(0)) { $0 | $1.steps }.nonzeroBitCount
        case .temporalOrdered: inOrder(rule.steps.count, window)
        }
    }

    /// How many of the steps come one after the other, from the first on.
    private static func inOrder(_ count: Int, _ window: ArraySlice<MatchedEvent>) -> Int {
        var next = 0
        for event in window where next < min(count, 64) && event.steps & (1 &<< UInt64(next)) != 0 { next += 1 }
        return next
    }
}
