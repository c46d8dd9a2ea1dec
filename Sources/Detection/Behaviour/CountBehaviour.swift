import EventModel
import Sigma

/// `spike` and `drop` with `model: count`: how many events, what sum or how many distinct values an entity has in a bucket.
struct CountBehaviour: BehaviourState {
    /// Buckets without anything that are closed one by one; what lies before them is passed over.
    private static let maximumGap: Int64 = 10_000
    /// The page of what is not in the table, behind all of its own.
    private static let ownPage = 1 << 40

    /// The open bucket of an entity that has fired.
    private struct Fired: Sendable {
        var bucket: Int64
        var score: CountScore
    }

    /// What an entity of a rule for drops was last seen with: when nothing comes, something must stand for it.
    private struct Last: Sendable {
        var match: MatchedEvent
        var text: [UInt8]
    }

    let rule: FindingRule
    let behaviour: BehaviourRule
    private var table: CountTable
    private var fired: [UInt64: Fired] = [:]
    private var values: BucketValues
    /// With `cold_start: peers`.
    private var rates: PeerRates?
    private var last: [UInt64: Last] = [:]
    private var closed: Int64 = .min
    private var hasChanged = false

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        let table = CountTable(Self.configuration(rule, behaviour), capacity: behaviour.parameters.maximumEntities)
        self.init(rule, behaviour, table: table)
    }

    private static func configuration(_ rule: FindingRule, _ behaviour: BehaviourRule) -> CountConfiguration {
        let parameters = behaviour.parameters
        var configuration = CountConfiguration(bucketSeconds: behaviour.bucket / 1_000_000)
        configuration.direction = behaviour.kind == .drop ? .drop : .spike
        configuration.halfLife = parameters.halfLife / 1_000_000
        configuration.recordWindow = parameters.recordWindow / 1_000_000
        configuration.zone = parameters.zone
        configuration.isNoveltyNeeded = parameters.isNovel
        // None at all is less surprising than many: that once in ten thousand buckets is told.
        let standard = behaviour.kind == .drop ? 4.0 : parameters.isNovel ? 6 : 9
        configuration.sensitivity = parameters.sensitivity ?? standard
        configuration.minimumCount = UInt32(clamping: parameters.minimumCount)
        configuration.minimumRatio = parameters.minimumRatio
        configuration.warmUpAge = parameters.warmUpAge / 1_000_000
        configuration.warmUpBuckets = parameters.warmUpBuckets
        configuration.coldStart =
            switch parameters.coldStart {
            case .silent: .silent
            case .peers: .peers
            case .fire: .fire
            }
        configuration.suppression = rule.quietTime / 1_000_000
        return configuration
    }

    var closesBuckets: Bool { behaviour.kind == .drop }

    mutating func touch(_ events: ArraySlice<HeldEvent>) {
        guard let bucket = events.first.flatMap({ UInt32(exactly: $0.bucket) }) else { return }
        let keys = events.map(\.entity)
        table.touch(keys.span, bucket: bucket)
    }

    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent]) {
        guard let bucket = UInt32(exactly: event.bucket) else { return }
        let count = values.count(of: event)
        if behaviour.kind == .drop {
            if last[event.entity] != nil || last.count < behaviour.parameters.maximumEntities {
                last[event.entity] = Last(match: event.match, text: event.text)
                hasChanged = true
            }
        }
        if count == 0 { return }
        let peerMean = event.peers.flatMap { rates?.mean($0, at: event.bucket) }
        let outcome = table.add(event.entity, bucket: bucket, count: count, peerMean: peerMean)
        if let peers = event.peers, rates != nil {
            rates?.add(peers, bucket: event.bucket, count: count, isNew: outcome == .new)
            hasChanged = true
        }
        if case .fired(let score) = outcome {
            fired[event.entity] = Fired(bucket: event.bucket, score: score)
            hasChanged = true
            unusual.append(UnusualEvent(match: event.match, text: event.text, bucket: anomaly(score, event.text)))
        } else if let known = fired[event.entity] {
            if known.bucket == event.bucket, let score = table.score(event.entity) {
                fired[event.entity]?.score = score
                unusual.append(UnusualEvent(match: event.match, text: event.text, anomaly: anomaly(score, event.text)))
            } else if known.bucket < event.bucket {
                fired[event.entity] = nil
            }
            hasChanged = true
        }
    }

    mutating func close(before bucket: Int64, _ unusual: inout [UnusualEvent]) {
        defer {
            if bucket > closed { (closed, hasChanged) = (bucket, true) }
        }
        guard closed > .min, let newest = UInt32(exactly: bucket) else { return }
        var next = max(closed, Int64(newest) - Self.maximumGap)
        while next < bucket {
            for score in table.closeDrops(UInt32(clamping: next)) {
                guard let seen = last[score.key] else { continue }
                unusual.append(UnusualEvent(match: seen.match, text: seen.text, bucket: anomaly(score, seen.text)))
            }
            next += 1
        }
    }

    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        var copy = CountBehaviour(rule, behaviour, table: table.going(on: Self.configuration(rule, behaviour)))
        (copy.fired, copy.values, copy.last, copy.closed, copy.hasChanged) = (fired, values, last, closed, hasChanged)
        if let rates, copy.rates != nil { copy.rates = rates }
        return copy
    }

    private init(_ rule: FindingRule, _ behaviour: BehaviourRule, table: CountTable) {
        self.rule = rule
        self.behaviour = behaviour
        self.table = table
        let parameters = behaviour.parameters
        values = BucketValues(parameters)
        if parameters.coldStart == .peers {
            rates = PeerRates(
                bucket: behaviour.bucket, halfLife: parameters.halfLife, leastMembers: parameters.minimumPeers)
        }
    }

    // MARK: Words

    private func anomaly(_ score: CountScore, _ text: [UInt8]) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let start = Timestamp(microseconds: Int64(score.bucket) * behaviour.bucket)
        let recordSince = Timestamp(microseconds: Int64(score.recordSince) * behaviour.bucket)
        let knownSince = Timestamp(seconds: Int64(score.firstHour) * 3_600)
        let hasRecord = score.record != .max
        let isDrop = behaviour.kind == .drop
        // Of one that is not known well yet, only what its peers do says what is usual.
        let isNew = start - knownSince < behaviour.parameters.warmUpAge && behaviour.parameters.coldStart == .peers
        let season = isNew ? " for its peers" : score.isSeasonal && behaviour.bucket <= Behaviour.day / 24 ? " at this hour" : ""
        let record = hasRecord
            ? "; the \(isDrop ? "fewest" : "most") since \(words.day(max(recordSince, knownSince))) were \(score.record)" : ""
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: words.subject, observed: Double(score.count), usual: score.expected,
            record: hasRecord ? Double(score.record) : nil, recordSince: max(recordSince, knownSince), knownSince: knownSince,
            start: start, end: start + behaviour.bucket, score: score.score, threshold: table.configuration.sensitivity,
            sentence: "\(score.count) \(words.subject)\(words.whose(text)) \(words.within(start)), "
                + "usual\(season) are \(words.number(score.expected))\(record); known since \(words.day(knownSince)), "
                + "score \(words.number(score.score)) of \(words.number(table.configuration.sensitivity)) needed")
    }

    // MARK: Snapshots

    mutating func takeDirtyPages() -> [StatePage] {
        var pages = table.takeDirtyPages().map { StatePage(number: $0.number, bytes: $0.bytes) }
        hasChanged = hasChanged || values.hasChanged
        values.hasChanged = false
        if hasChanged { pages.append(StatePage(number: Self.ownPage, bytes: ownPage())) }
        hasChanged = false
        return pages
    }

    private func ownPage() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(closed)
        writer.write(fired.count)
        for (entity, known) in fired.sorted(by: { $0.key < $1.key }) {
            writer.writeFixed(entity)
            writer.write(known.bucket)
        }
        values.write(to: &writer)
        writer.write(last.count)
        for (entity, seen) in last.sorted(by: { $0.key < $1.key }) {
            writer.writeFixed(entity)
            HeldEvent(match: seen.match, text: seen.text, entity: entity, peers: nil, bucket: 0).write(to: &writer)
        }
        writer.write(rates != nil)
        rates?.write(to: &writer)
        writer.seal()
        return writer.bytes
    }

    /// Restored from all of its pages.
    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        let table = try CountTable(
            Self.configuration(rule, behaviour), capacity: behaviour.parameters.maximumEntities,
            pages: pages.filter { $0.number < Self.ownPage }.map { CountTable.Page(number: $0.number, bytes: $0.bytes) })
        self.init(rule, behaviour, table: table)
        guard let own = pages.first(where: { $0.number == Self.ownPage }) else { return }
        var reader = try SnapshotReader(own.bytes)
        closed = try reader.integer()
        for _ in 0..<(try reader.count(size: 9)) {
            let entity = try reader.fixed()
            let bucket = try reader.integer()
            if let score = table.score(entity) { fired[entity] = Fired(bucket: bucket, score: score) }
        }
        try values.read(from: &reader)
        for _ in 0..<(try reader.count(size: 16)) {
            let entity = try reader.fixed()
            let event = try HeldEvent(from: &reader, bucket: 0, entity: entity)
            last[entity] = Last(match: event.match, text: event.text)
        }
        // An older state ends here.
        if !reader.isAtEnd, try reader.boolean() {
            var saved = rates ?? PeerRates(bucket: 1, halfLife: 1, leastMembers: 1)
            try saved.read(from: &reader)
            if rates != nil { rates = saved }
        }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }
}
