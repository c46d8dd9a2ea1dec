/// How long events are kept.
public struct RetentionPolicy: Sendable, Equatable {
    /// What one limit is about.
    public struct Limit: Sendable, Equatable {
        /// Events older than this, by event time, expire; nil for no limit.
        public var age: Duration?
        /// When the events take more bytes than this, the oldest expire: as stored, indexes included; nil for no limit.
        public var bytes: Int?

        public init(age: Duration? = nil, bytes: Int? = nil) {
            self.age = age
            self.bytes = bytes
        }
    }

    /// For the store as a whole.
    public var overall: Limit
    /// By product: the shorter of this and `overall` counts. A product whose limit is longer than the overall one gains nothing.
    public var products: [String: Limit]

    public init(overall: Limit = Limit(), products: [String: Limit] = [:]) {
        self.overall = overall
        self.products = products
    }
}

/// What retention removed, or would remove.
public struct RetentionReport: Sendable, Equatable {
    /// The share of one file in it.
    public struct File: Sendable, Equatable {
        /// What becomes of a file.
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
        /// Events that expired, by product, and how many stay.
        public var expired: [String: Int] = [:]
        public var kept = 0
        /// Bytes that its expired events took. An estimate where a block had others as well.
        public var bytes = 0
    }

    public var files: [File] = []
    /// Nothing was changed.
    public var isDryRun: Bool
    /// Blocks that could not be read. They are removed only when all of their events have expired by what is known of them.
    public var damagedBlocks: [DamagedBlock] = []

    public var expiredEvents: Int { files.reduce(0) { $0 + $1.expired.values.reduce(0, +) } }
    public var expiredBytes: Int { files.reduce(0) { $0 + $1.bytes } }

    public init(isDryRun: Bool) { self.isDryRun = isDryRun }
}
