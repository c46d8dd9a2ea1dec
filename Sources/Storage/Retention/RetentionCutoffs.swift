import EventModel

/// From when on events are kept: a policy at an instant, with the store as it is then.
///
/// An age is over for all events of a day (UTC) at once, when the day's last moment is older; so a day's file is unlinked, or
/// written again once, and not every hour. A size takes the oldest days whole; only when the newest day alone is beyond it, it
/// takes a part of a day, and then an eighth more than it must, so that it is not at it again with the next block.
struct RetentionCutoffs: Sendable {
    /// What one kind of events comes to.
    struct Verdict: Sendable {
        var product: String
        /// Events whose time (`PartitionName.time`, microseconds) is below it have expired.
        var cutoff: Int64
        /// The limit that says so; of several, the first.
        var limit: String
    }

    private struct Limit: Sendable {
        var name: String
        var classes: Set<UInt32>
        var products: Set<String>
        var cutoff: Int64

        func holds(_ kind: RetentionBlock.Kind) -> Bool {
            (classes.isEmpty || classes.contains(kind.classUID)) && (products.isEmpty || products.contains(kind.product))
        }
    }

    private var limits: [Limit] = []
    /// What the report says of each limit.
    private(set) var uses: [RetentionReport.LimitUse] = []

    init(_ policy: RetentionPolicy, now: Timestamp, blocks: [RetentionBlock]) {
        for scope in policy.scopes where scope.limit != RetentionPolicy.Limit() {
            var limit = Limit(name: "", classes: scope.classes, products: scope.products, cutoff: .min)
            var sizes: [(time: Int64, bytes: Int)] = []
            var events = 0
            var isEstimated = false
            for block in blocks {
                let count = block.count(where: limit.holds)
                guard count > 0 else { continue }
                events += count
                if !block.isCounted && count < block.count { isEstimated = true }
                sizes.append((block.span.upperBound, block.bytes(ofEvents: count)))
            }
            let bytes = sizes.reduce(0) { $0 + $1.bytes }
            for (word, age, size) in [("age", scope.limit.age, nil), ("size", nil, scope.limit.bytes)] {
                limit.name = scope.name + word
                if let age {
                    limit.cutoff = Self.cutoff(age: age, now)
                } else if let size {
                    limit.cutoff = bytes > size ? Self.cutoff(bytes: size, now, sizes) : .min
                } else {
                    continue
                }
                limits.append(limit)
                uses.append(
                    RetentionReport.LimitUse(
                        name: limit.name, age: age, size: size,
                        keepsFrom: limit.cutoff == .min ? nil : Timestamp(microseconds: limit.cutoff), events: events,
                        bytes: bytes, isEstimated: isEstimated))
            }
        }
    }

    private static func cutoff(age: Duration, _ now: Timestamp) -> Int64 {
        let (seconds, attoseconds) = age.components
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (oldest, underflow) = now.microseconds.subtractingReportingOverflow(microseconds)
        if overflow || underflow { return .min }
        return PartitionName.day(of: oldest &- attoseconds / 1_000_000_000_000) * PartitionName.microsecondsPerDay
    }

    private static func cutoff(bytes: Int, _ now: Timestamp, _ blocks: [(time: Int64, bytes: Int)]) -> Int64 {
        let newestFirst = blocks.sorted { $0.time > $1.time }
        guard let newest = newestFirst.first, let beyond = time(of: newestFirst, beyond: bytes) else { return .min }
        let day = PartitionName.day(of: beyond)
        // Times to come are today's: one event of next month must not have today taken for an old day.
        if day < PartitionName.day(of: min(newest.time, now.microseconds)) {
            return (day + 1) * PartitionName.microsecondsPerDay
        }
        return (time(of: newestFirst, beyond: bytes - bytes / 8) ?? beyond) &+ 1
    }

    /// The time of the newest block that does not fit.
    private static func time(of newestFirst: [(time: Int64, bytes: Int)], beyond bytes: Int) -> Int64? {
        var left = bytes
        for block in newestFirst {
            left -= block.bytes
            if left < 0 { return block.time }
        }
        return nil
    }

    /// Nil for kinds that no limit is about, or none that makes anything expire.
    func verdict(_ kind: RetentionBlock.Kind) -> Verdict? {
        var verdict: Verdict?
        for limit in limits where limit.cutoff > (verdict?.cutoff ?? .min) && limit.holds(kind) {
            verdict = Verdict(product: kind.product, cutoff: limit.cutoff, limit: limit.name)
        }
        return verdict
    }
}

/// The verdicts on the rows of a block, each worked out once.
struct RetentionVerdicts {
    private let cutoffs: RetentionCutoffs
    private let products: ProductCatalog
    private var known: [UInt64: RetentionCutoffs.Verdict?] = [:]

    init(_ cutoffs: RetentionCutoffs, _ products: ProductCatalog) {
        self.cutoffs = cutoffs
        self.products = products
    }

    subscript(product: UInt16, classUID: UInt32) -> RetentionCutoffs.Verdict? {
        mutating get {
            let key = UInt64(product) << 32 | UInt64(classUID)
            if let verdict = known[key] { return verdict }
            let verdict = cutoffs.verdict(RetentionBlock.Kind(product: products[product].name, classUID: classUID))
            known[key] = .some(verdict)
            return verdict
        }
    }

    /// The rows of a cold block that stay, and what goes.
    mutating func rows(
        of block: OpenColdBlock, _ entry: ColdEntry
    ) throws(BlockError) -> (kept: [UInt32], expired: [RetentionReport.Share]) {
        let rows = try block.rows()
        let verdicts = rows.layout.kindList.map { kind in
            let shape = rows.layout.shapes[kind.shape]
            return self[shape.product, shape.classUID]
        }
        var kept: [UInt32] = []
        var expired = [Int](repeating: 0, count: rows.layout.kindList.count)
        for (row, kind) in rows.kinds.enumerated() {
            let time = PartitionName.time(
                Timestamp(microseconds: rows.times[row]), received: Timestamp(microseconds: rows.received[row]))
            if let verdict = verdicts[Int(kind)], time < verdict.cutoff {
                expired[Int(kind)] += 1
            } else {
                kept.append(UInt32(row))
            }
        }
        var tally = ExpiryTally()
        for case let (verdict?, count) in zip(verdicts, expired) where count > 0 { tally.add(verdict, events: count) }
        return (kept, tally.shares(of: entry))
    }
}
