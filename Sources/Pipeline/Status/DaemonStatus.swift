public import Collectors

/// What only the running daemon knows: the JSON in its heartbeat row. Everything else `siemctl status` shows is in the store.
public struct DaemonStatus: Sendable, Codable, Equatable {
    /// One queue between two stages.
    public struct Queue: Sendable, Codable, Equatable {
        public var name: String
        public var elements: Int
        public var bytes: Int
    }

    /// One configured source.
    public struct SourceStatus: Sendable, Codable, Equatable {
        public var name: String
        /// Where records come in, for example `udp 127.0.0.1:5514`.
        public var door: String
        public var openConnections: Int
        public var refusedConnections: Int
        /// Pollers: how they do.
        public var polling: PollStatus?
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
    public var queues: [Queue]
    public var sources: [SourceStatus]
    /// Nil where nothing ever expires, and before the first look.
    public var expiry: Expiry?
    /// Bytes of the store's write-ahead log; nil where it cannot be seen.
    public var logBytes: Int?
    /// Set while a program keeps the log from being emptied: what to do about it.
    public var logWarning: String?
}
