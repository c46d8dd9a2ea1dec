/// What a collector has done since it was started, as `siemctl status` shows it.
public struct CollectorStatus: Sendable, Equatable, Codable {
    /// TCP connections open now.
    public var connectionsOpen = 0
    /// TCP connections taken since the start.
    public var connectionsAccepted = 0
    /// TCP connections closed at once, because `maximumConnections` were open.
    public var connectionsRefused = 0
    /// Connections closed because they said nothing for `idleTimeout`.
    public var connectionsIdledOut = 0
    /// Records handed to the sink.
    public var records = 0
    /// Those of `records` that carry a `RecordFlaw`.
    public var flawed = 0
    /// Bytes read from the socket or file, framing included.
    public var bytes = 0
    /// Records lost, whatever the reason; the ledger has them by reason.
    public var dropped = 0
    /// Times that reading was stopped because the sink was full.
    public var pauses = 0
    /// Files: how often the collector went on to another file (rotation, copytruncate).
    public var rotations = 0
    /// Files: bytes that are not read yet, over all files, when they were last looked at; of compressed files, compressed bytes.
    public var unreadBytes = 0
    /// Pollers: how they do.
    public var polling: PollStatus?
    /// Files: how many match the patterns.
    public var filesMatched = 0
    /// Files: how many are open.
    public var filesOpen = 0
    /// Files: those of `filesMatched` that are not read, because too many match.
    public var filesBeyondLimit = 0

    public init() {}
}
