public import EventModel

/// How much a store holds.
public struct StoreSummary: Sendable, Equatable {
    public var blocks: Int
    public var events: Int
    /// The span of event time.
    public var oldest: Timestamp?
    public var newest: Timestamp?
    /// Size of `siem.db`, without its write-ahead log.
    public var bytes: Int
}
