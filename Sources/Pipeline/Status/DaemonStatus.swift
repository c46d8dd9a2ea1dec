public import Collectors
public import Normaliser

/// What only the running daemon knows: the JSON in its heartbeat row. Everything else `siemctl status` shows is in the store.
public struct DaemonStatus: Sendable, Codable, Equatable {
    /// One queue between two stages.
    public struct Queue: Sendable, Codable, Equatable {
        public var name: String
        public var elements: Int
        public var bytes: Int

        package init(name: String, elements: Int, bytes: Int) {
            self.name = name
            self.elements = elements
            self.bytes = bytes
        }
    }

    /// One configured source.
    public struct SourceStatus: Sendable, Codable, Equatable {
        public var name: String
        /// Where records come in, for example `udp 127.0.0.1:5514`.
        public var door: String
        public var collector: CollectorStatus
        /// When records last came, in microseconds since 1970; nil before the first since it is watched.
        public var lastReceived: Int64?
        /// Set while the source is silent for longer than it should be: since when, in microseconds since 1970.
        public var silentSince: Int64?
        /// Records were lost in the last ten minutes.
        public var isLosing: Bool

        package init(
            name: String, door: String, collector: CollectorStatus, lastReceived: Int64?, silentSince: Int64?, isLosing: Bool
        ) {
            self.name = name
            self.door = door
            self.collector = collector
            self.lastReceived = lastReceived
            self.silentSince = silentSince
            self.isLosing = isLosing
        }
    }

    /// What has expired since the daemon started.
    public struct Expiry: Sendable, Codable, Equatable {
        /// When was last looked for it, in microseconds since 1970.
        public var lookedAt: Int64
        public var events = 0
        public var bytes = 0
        /// Files that were written again or unlinked.
        public var files = 0

        public init(lookedAt: Int64) { self.lookedAt = lookedAt }
    }

    /// Rules that can raise findings.
    public var rules: Int
    /// How the last reload of the rules ended; nil before the first.
    public var reload: RuleReload?
    /// Groups of values whose windows are open.
    public var groups: Int
    /// Events since the start whose type their mapping file does not list; nil from a daemon that does not count them.
    public var unknownTypes: [UnknownEventTypes.Count]?
    public var queues: [Queue]
    public var sources: [SourceStatus]
    /// Nil where nothing ever expires, and before the first look.
    public var expiry: Expiry?
    /// Bytes of the store's write-ahead log; nil where it cannot be seen.
    public var logBytes: Int?
    /// Why events cannot be stored at present; nil while they can.
    public var storeProblem: String?
    /// Set while a program keeps the log from being emptied: what to do about it.
    public var logWarning: String?

    package init(rules: Int, reload: RuleReload?, groups: Int, queues: [Queue], sources: [SourceStatus]) {
        self.rules = rules
        self.reload = reload
        self.groups = groups
        self.queues = queues
        self.sources = sources
    }
}
