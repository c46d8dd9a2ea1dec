import Dispatch
public import EventModel

/// Several correlators that share the work: what they find together is what one would find.
///
/// A group belongs to the shard that its hash names, so its events stay in order. A rule that suppresses over groups lives in
/// one shard as a whole, and all rules that build on each other do in the first one: what fires in one group counts in another.
/// Every shard sees the clock of every batch, and with each match the clock as it was then, so time passes in all of them alike.
///
/// Bounds on memory are shared out; where they bite, the shards may give up other groups than one correlator would.
public struct ShardedCorrelator: Sendable {
    /// Where a rule's matches go.
    private enum Route: Sendable, Equatable {
        case byGroup
        case shard(Int)
    }

    private var shards: [Correlator]
    private var routes: [Route]

    /// Fewer matches are counted one shard after the other: waking threads would take longer.
    private static let fewestForThreads = 512
    public static let maximumShards = 64

    /// - Parameters:
    ///   - lateness: as for `Correlator`.
    ///   - shards: 1 to `maximumShards`.
    public init(ruleSet: RuleSet, lateness: Int64, limits: CorrelatorLimits = CorrelatorLimits(), shards: Int = 1) {
        let count = min(max(shards, 1), Self.maximumShards)
        let shared = Self.share(limits, among: count)
        self.shards = (0..<count).map { _ in Correlator(ruleSet: ruleSet, lateness: lateness, limits: shared) }
        routes = Self.routes(ruleSet, count)
    }

    private static func share(_ limits: CorrelatorLimits, among count: Int) -> CorrelatorLimits {
        CorrelatorLimits(
            groupsPerRule: limits.groupsPerRule, groups: max(1, limits.groups / count),
            retainedEventsPerGroup: limits.retainedEventsPerGroup)
    }

    // MARK: What one correlator says

    public var ruleSet: RuleSet { shards[0].ruleSet }
    public var shardCount: Int { shards.count }
    public var clock: EventClock { shards[0].clock }
    /// Every event up to this sequence number has been processed.
    public var through: Int64 { shards[0].through }
    public var hasRaised: Bool { shards.contains { $0.hasRaised } }
    public var hasChanges: Bool { shards.contains { $0.hasChanges } }
    public var liveGroups: Int { shards.reduce(0) { $0 + $1.liveGroups } }

    /// What each rule's correlation has done so far, in the order of `ruleSet.findingRules`.
    public var statistics: [(rule: RuleSummary, statistics: RuleStatistics)] {
        let all = shards.map(\.statistics)
        return all[0].indices.map { place in
            (all[0][place].rule, all.dropFirst().reduce(all[0][place].statistics) { $0.adding($1[place].statistics) })
        }
    }

    // MARK: Counting

    /// Counts the matches of stored batches, in the order of the store.
    public mutating func count(_ batches: [MatchBatch]) {
        if shards.count == 1 {
            for batch in batches { shards[0].count(batch) }
            return
        }
        let parts = split(batches)
        if batches.reduce(0, { $0 + $1.events.count }) < Self.fewestForThreads {
            for shard in shards.indices { for batch in parts[shard] { shards[shard].count(batch) } }
            return
        }
        shards.withUnsafeMutableBufferPointer { buffer in
            let slots = ShardSlots(base: buffer)
            DispatchQueue.concurrentPerform(iterations: parts.count) { shard in
                for batch in parts[shard] { slots.base[shard].count(batch) }
            }
        }
    }

    /// The shards while they count at the same time.
    private struct ShardSlots: @unchecked Sendable {
        // Sendable: each thread touches the correlator of its own number alone, and the buffer outlives them all.
        let base: UnsafeMutableBufferPointer<Correlator>
    }

    /// For each shard all batches, each with the shard's matches alone.
    private func split(_ batches: [MatchBatch]) -> [[MatchBatch]] {
        var parts = [[MatchBatch]](repeating: [], count: shards.count)
        for batch in batches {
            let routes = batch.ruleSet === ruleSet ? routes : Self.routes(batch.ruleSet, shards.count)
            var events = [[MatchedEvent]](repeating: [], count: shards.count)
            for event in batch.events {
                switch routes[Int(event.rule)] {
                case .byGroup: events[Int(event.group.low % UInt64(shards.count))].append(event)
                case .shard(let shard): events[shard].append(event)
                }
            }
            for shard in shards.indices {
                var part = batch
                part.events = events[shard]
                // Counted once, wherever.
                if shard > 0 {
                    part.missingGroupValue = [:]
                    part.nonNumericValues = [:]
                }
                parts[shard].append(part)
            }
        }
        return parts
    }

    /// Where a rule goes depends on nothing but what its fingerprint tells of, so a rule that stays the same keeps its shard when
    /// others come and go: whether it belongs to a chain, whether it suppresses, and its id.
    private static func routes(_ ruleSet: RuleSet, _ shardCount: Int) -> [Route] {
        var isChained = [Bool](repeating: false, count: ruleSet.findingRules.count)
        for (inner, consumers) in ruleSet.chains.enumerated() {
            for consumer in consumers {
                isChained[inner] = true
                isChained[consumer.findingRule] = true
            }
        }
        return zip(ruleSet.findingRules, isChained).map { rule, isChained in
            // What is usual for one entity may depend on others.
            if rule.behaviour != nil, !isChained { return .shard(Int(StableHash.hash(rule.summary.id).low % UInt64(shardCount))) }
            if isChained { return .shard(0) }
            if rule.suppression == nil { return .byGroup }
            return .shard(Int(StableHash.hash(rule.summary.id).low % UInt64(shardCount)))
        }
    }

    // MARK: Findings

    /// As `Correlator.takeChanges`, shard after shard.
    public mutating func takeChanges() -> [FindingChange] { shards.indices.flatMap { shards[$0].takeChanges() } }

    /// As `Correlator.takeRaised`, shard after shard.
    public mutating func takeRaised() -> [FindingChange] { shards.indices.flatMap { shards[$0].takeRaised() } }

    public mutating func discardChanges() { for shard in shards.indices { shards[shard].discardChanges() } }

    /// As `Correlator.advance`.
    public mutating func advance(to time: Timestamp) -> [FindingChange] {
        shards.indices.flatMap { shards[$0].advance(to: time) }
    }

    /// Goes over to new rules: state of rules that did not change is kept.
    public mutating func replace(ruleSet: RuleSet) {
        for shard in shards.indices { shards[shard].replace(ruleSet: ruleSet) }
        routes = Self.routes(ruleSet, shards.count)
    }

    // MARK: Snapshots

    private static let magic = Array("PCSS".utf8)

    /// The state of all shards, as of `through`; take the changes first.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Self.magic)
        writer.write(shards.count)
        for shard in shards { writer.write(shard.snapshot()) }
        writer.seal()
        return writer.bytes
    }

    /// As `Correlator.takeStatePages`: each table lives in one shard.
    public mutating func takeStatePages() -> [String: StateChange] {
        let routes = routes
        var pages: [String: StateChange] = [:]
        for shard in shards.indices {
            let taken = shards[shard].takeStatePages()
            for (place, rule) in ruleSet.findingRules.enumerated() {
                guard routes[place] == .shard(shard) || shards.count == 1, let name = rule.pageTable else { continue }
                pages[name] = taken[name]
            }
        }
        return pages
    }

    /// Goes on from a snapshot, with as many shards as it has; that of a `Correlator` has one. Groups do not move between shards:
    /// for another number of them, start empty and replay what the store has.
    public init(
        restoring snapshot: [UInt8], ruleSet: RuleSet, lateness: Int64, limits: CorrelatorLimits = CorrelatorLimits(),
        pages: [String: [StatePage]] = [:]
    ) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        guard try reader.text() == Self.magic else {
            shards = [try Correlator(restoring: snapshot, ruleSet: ruleSet, lateness: lateness, limits: limits, pages: pages)]
            routes = Self.routes(ruleSet, 1)
            return
        }
        let count = try reader.count()
        guard (1...Self.maximumShards).contains(count) else { throw .malformed(offset: reader.offset) }
        let shared = Self.share(limits, among: count)
        shards = []
        for _ in 0..<count {
            shards.append(
                try Correlator(
                    restoring: try reader.text(), ruleSet: ruleSet, lateness: lateness, limits: shared, pages: pages))
        }
        guard reader.isAtEnd, Set(shards.map(\.through)).count == 1 else { throw .malformed(offset: reader.offset) }
        routes = Self.routes(ruleSet, count)
    }
}

extension RuleStatistics {
    fileprivate func adding(_ other: RuleStatistics) -> RuleStatistics {
        var sum = self
        sum.matches += other.matches
        sum.late += other.late
        sum.missingGroupValue += other.missingGroupValue
        sum.nonNumericValues += other.nonNumericValues
        sum.givenUpEvents += other.givenUpEvents
        sum.evictions += other.evictions
        sum.findings += other.findings
        sum.suppressedFindings += other.suppressedFindings
        sum.liveGroups += other.liveGroups
        return sum
    }
}
