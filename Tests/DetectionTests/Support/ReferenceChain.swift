import Sigma

/// What findings chains of correlations must have, worked out the plain way: all firing events of the inner ones over the whole
/// sorted stream, then the outer ones over these. For conditions with `gte` (or none), and events of one base rule each.
struct ReferenceChain {
    struct Leaf: Hashable, Comparable {
        var time: Int64
        var sequence: Int64

        static func < (a: Leaf, b: Leaf) -> Bool { (a.time, a.sequence) < (b.time, b.sequence) }
    }

    /// A match of a base rule, or a firing event.
    private struct Match {
        var event: Leaf
        var rule: String
        var isInner: Bool
        var values: [String: String]
        /// The events of base rules that it rests on.
        var evidence: Set<Leaf>
    }

    private let collection: SigmaCollection
    private var matches: [String: [Match]] = [:]
    private var reach: [String: Int64] = [:]
    private(set) var outcomes: [Outcome] = []

    static func outcome(_ collection: SigmaCollection, _ events: [TestEvent]) -> [Outcome] {
        ReferenceChain(collection, events).outcomes.sorted()
    }

    private init(_ collection: SigmaCollection, _ events: [TestEvent]) {
        self.collection = collection
        for rule in collection.rules {
            let id = rule.metadata.id
            matches[id] = events.filter { $0.kinds.contains(id) }.map { event in
                let leaf = Leaf(time: event.time, sequence: event.sequence)
                let values = Dictionary(event.fields.map { ($0.name, $0.value.lowercased()) }, uniquingKeysWith: { a, _ in a })
                return Match(event: leaf, rule: id, isInner: false, values: values, evidence: [leaf])
            }
        }
        for correlation in collection.correlations { run(correlation) }
    }

    private mutating func run(_ correlation: SigmaCorrelation) {
        let id = correlation.metadata.id
        let timespan = correlation.timespan / 1_000_000
        reach[id] = timespan + (correlation.rules.compactMap { reach[$0] }.max() ?? 0)
        matches[id] = []
        var groups: [[String]: [Match]] = [:]
        for rule in Set(correlation.rules) {
            for match in matches[rule] ?? [] {
                let values = correlation.groupBy.compactMap { name in
                    match.values[correlation.aliases[name]?[rule] ?? name].map { "\(name)=\($0)" }
                }
                if values.count < correlation.groupBy.count { continue }
                if let field = correlation.valueField, match.values[field] == nil { continue }
                groups[values, default: []].append(match)
            }
        }
        for (group, members) in groups {
            for episode in Self.episodes(members.sorted { $0.event < $1.event }, timespan) {
                fire(correlation, group, episode, timespan)
            }
        }
    }

    private static func episodes(_ matches: [Match], _ timespan: Int64) -> [[Match]] {
        var episodes: [[Match]] = []
        for match in matches {
            if let last = episodes.last?.last, match.event.time - last.event.time <= timespan {
                episodes[episodes.count - 1].append(match)
            } else {
                episodes.append([match])
            }
        }
        return episodes
    }

    private mutating func fire(_ correlation: SigmaCorrelation, _ group: [String], _ episode: [Match], _ timespan: Int64) {
        let id = correlation.metadata.id
        var hasFired = false
        for event in Set(episode.map(\.event)).sorted() {
            let window = episode.filter { $0.event <= event && $0.event.time >= event.time - timespan }
            let threshold = correlation.conditions.first?.value ?? correlation.rules.count
            guard Self.count(correlation, window, endingWith: event) >= threshold else { continue }
            hasFired = true
            var evidence = Set(window.filter { !$0.isInner }.map(\.event))
            for match in episode where match.isInner && match.event.time <= event.time {
                evidence.formUnion(match.evidence.filter { $0.time >= event.time - (reach[id] ?? 0) })
            }
            let pairs = group.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
            let values = Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })
            matches[id]?.append(Match(event: event, rule: id, isInner: true, values: values, evidence: evidence))
        }
        guard hasFired, !collection.silentRules.contains(id) else { return }
        let evidence = episode.reduce(into: Set<Leaf>()) { $0.formUnion($1.evidence) }.sorted().map(\.sequence)
        outcomes.append(
            Outcome(
                rule: id, group: group, first: episode[0].event.time, last: episode[episode.count - 1].event.time,
                count: episode.count,
                evidence: evidence.count <= 100 ? evidence : Array(evidence.prefix(50) + evidence.suffix(50))))
    }

    private static func count(_ correlation: SigmaCorrelation, _ window: [Match], endingWith event: Leaf) -> Int {
        switch correlation.kind {
        case .eventCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian: return window.count
        // What is usual is no matter of one window.
        case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: return 0
        case .valueCount: return Set(window.map { $0.values[correlation.valueField ?? ""] }).count
        case .temporal: return Set(window.map(\.rule)).count
        case .temporalOrdered:
            // longest[event][place]: the longest run that ends with the event at that place of the order.
            let events = Set(window.map(\.event)).sorted()
            var longest: [[Int]] = []
            for (index, current) in events.enumerated() {
                let rules = Set(window.filter { $0.event == current }.map(\.rule))
                longest.append(
                    correlation.rules.indices.map { place in
                        guard rules.contains(correlation.rules[place]) else { return 0 }
                        return 1 + (longest[..<index].flatMap { $0[..<place] }.max() ?? 0)
                    })
            }
            return longest.last?.max() ?? 0
        }
    }
}
