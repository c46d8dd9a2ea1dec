import EventModel

/// From when on events are kept: a policy at an instant, with the store as it is then.
struct RetentionCutoffs {
    /// Microseconds; events before it expire.
    private var overall = Int64.min
    private var products: [String: Int64] = [:]

    /// What a block takes, and of whom.
    struct Share {
        var minTime: Int64
        var maxTime: Int64
        var bytes: Int
        /// Names; of a block of several, each is taken to have an equal part.
        var products: [Substring]
    }

    init(_ policy: RetentionPolicy, now: Timestamp, blocks: [Share]) {
        overall = Self.cutoff(policy.overall, now, blocks.map { ($0.maxTime, $0.bytes) })
        for (product, limit) in policy.products {
            let own = blocks.filter { $0.products.contains { $0 == product } }
            products[product] = Self.cutoff(limit, now, own.map { ($0.maxTime, $0.bytes / $0.products.count) })
        }
    }

    private static func cutoff(_ limit: RetentionPolicy.Limit, _ now: Timestamp, _ blocks: [(time: Int64, bytes: Int)]) -> Int64 {
        var cutoff = Int64.min
        if let age = limit.age {
            let (seconds, attoseconds) = age.components
            let microseconds = seconds.multipliedReportingOverflow(by: 1_000_000)
            if !microseconds.overflow {
                cutoff = now.microseconds &- microseconds.partialValue &- attoseconds / 1_000_000_000_000
            }
        }
        if let bytes = limit.bytes {
            // From the newest on, as many blocks as fit.
            var left = bytes
            for block in blocks.sorted(by: { $0.time > $1.time }) {
                left -= block.bytes
                if left < 0 {
                    cutoff = max(cutoff, block.time &+ 1)
                    break
                }
            }
        }
        return cutoff
    }

    /// From when on events of a product are kept.
    func cutoff(_ product: String) -> Int64 { max(overall, products[product] ?? .min) }

    enum Fate {
        case kept, expired
        /// Some events may have expired, others not: each is to be asked.
        case mixed
    }

    func fate(_ block: Share) -> Fate {
        let cutoffs = block.products.map { cutoff(String($0)) }
        guard let least = cutoffs.min(), let most = cutoffs.max() else { return .kept }
        if block.maxTime < least { return .expired }
        return block.minTime >= most ? .kept : .mixed
    }
}
