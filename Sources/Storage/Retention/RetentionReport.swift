public import EventModel

/// What retention removed, or would remove.
public struct RetentionReport: Sendable, Equatable {
    /// Events of one product that one limit makes expire.
    public struct Share: Sendable, Equatable {
        /// By the name that its events carry. Of a hot block with several, all of their names.
        public var product: String
        /// The limit as `retention` of the configuration has it: `age`, `products.okta.size`, `classifications.personal.age`. Of
        /// several that apply, the shortest.
        public var limit: String
        public var events: Int
        /// What they take, as stored; where a block has others as well, by their share of its events.
        public var bytes: Int

        public init(product: String, limit: String, events: Int, bytes: Int) {
            self.product = product
            self.limit = limit
            self.events = events
            self.bytes = bytes
        }
    }

    /// What becomes of one file.
    public struct File: Sendable, Equatable {
        public enum Action: String, Sendable, CaseIterable {
            /// All of its events have expired.
            case unlinked
            /// Some have: it is written again without them.
            case rewritten
            /// `siem.db`: blocks of it are deleted, and their pages used again.
            case thinned
        }

        /// The name: `siem.db`, or that of a partition.
        public var name: String
        public var action: Action
        /// What expires, by product and then by limit.
        public var expired: [Share]
        /// Events that stay, and their bytes.
        public var kept: Int
        public var keptBytes: Int

        public var events: Int { expired.reduce(0) { $0 + $1.events } }
        public var bytes: Int { expired.reduce(0) { $0 + $1.bytes } }
    }

    /// One limit of the policy, and what falls under it.
    public struct LimitUse: Sendable, Equatable {
        /// As `Share.limit`.
        public var name: String
        /// One of both is set.
        public var age: Duration?
        public var size: Int?
        /// Events before this expire by it; nil: none does.
        public var keepsFrom: Timestamp?
        /// What falls under it at present, expired or not.
        public var events: Int
        public var bytes: Int
        /// Whether these two are estimated: blocks that are not yet compacted do not say how many events are of which kind.
        public var isEstimated: Bool
    }

    /// The policy's limits, in the order of the configuration.
    public var limits: [LimitUse] = []
    /// Only files from which something expires.
    public var files: [File] = []
    /// Nothing was changed.
    public var isDryRun: Bool
    /// What stays in the whole store.
    public var keptEvents = 0
    public var keptBytes = 0
    /// Events, among those that stay, of blocks that are not yet compacted and of which a part may have expired: which, is
    /// found out when they are.
    public var undecidedEvents = 0
    /// Blocks that could not be read. They are removed only when all of their events have expired by what is known of them.
    public var damagedBlocks: [DamagedBlock] = []
    /// Files of which nothing could be removed, and why.
    public var problems: [String] = []

    public var expiredEvents: Int { files.reduce(0) { $0 + $1.events } }
    public var expiredBytes: Int { files.reduce(0) { $0 + $1.bytes } }

    init(isDryRun: Bool) { self.isDryRun = isDryRun }
}

/// Adds up what expires.
struct ExpiryTally: Sendable {
    private struct Key: Hashable {
        var product: String
        var limit: String
    }

    private var sums: [Key: (events: Int, bytes: Int)] = [:]

    mutating func add(_ verdict: RetentionCutoffs.Verdict, events: Int, bytes: Int = 0) {
        add(verdict.product, verdict.limit, events: events, bytes: bytes)
    }

    mutating func add(_ product: String, _ limit: String, events: Int, bytes: Int) {
        let key = Key(product: product, limit: limit)
        let sum = sums[key] ?? (0, 0)
        sums[key] = (sum.events + events, sum.bytes + bytes)
    }

    mutating func add(_ shares: [RetentionReport.Share]) {
        for share in shares { add(share.product, share.limit, events: share.events, bytes: share.bytes) }
    }

    var shares: [RetentionReport.Share] {
        sums.map { RetentionReport.Share(product: $0.product, limit: $0.limit, events: $1.events, bytes: $1.bytes) }
            .sorted { ($0.product, $0.limit) < ($1.product, $1.limit) }
    }

    /// Of events of one block: each share has the bytes of its share of the events, and all together, all bytes.
    func shares(of block: ColdEntry) -> [RetentionReport.Share] {
        var shares = shares
        var events = 0
        var bytes = 0
        for index in shares.indices {
            shares[index].bytes = block.storedBytes * shares[index].events / max(1, block.count)
            events += shares[index].events
            bytes += shares[index].bytes
        }
        if events == block.count, !shares.isEmpty { shares[0].bytes += block.storedBytes - bytes }
        return shares
    }
}
