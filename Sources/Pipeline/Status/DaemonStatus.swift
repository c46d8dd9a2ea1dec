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
    }

    /// Rules that can raise findings.
    public var rules: Int
    /// How the last reload of the rules ended; nil before the first.
    public var reload: RuleReload?
    /// Groups of values whose windows are open.
    public var groups: Int
    public var queues: [Queue]
    public var sources: [SourceStatus]
}
