public import EventModel

/// How much a store holds.
public struct StoreSummary: Sendable, Equatable {
    /// Hot and cold ones.
    public var blocks: Int
    public var events: Int
    /// The span of event time.
    public var oldest: Timestamp?
    public var newest: Timestamp?
    /// Size of `siem.db`, without its write-ahead log.
    public var bytes: Int
    /// Cold blocks, their events, the bytes of these events' records, and what the blocks take with their filters.
    public var coldBlocks = 0
    public var coldEvents = 0
    public var coldRawBytes = 0
    public var coldBytes = 0

    package init(
        blocks: Int, events: Int, oldest: Timestamp?, newest: Timestamp?, bytes: Int, coldBlocks: Int = 0, coldEvents: Int = 0,
        coldRawBytes: Int = 0, coldBytes: Int = 0
    ) {
        self.blocks = blocks
        self.events = events
        self.oldest = oldest
        self.newest = newest
        self.bytes = bytes
        self.coldBlocks = coldBlocks
        self.coldEvents = coldEvents
        self.coldRawBytes = coldRawBytes
        self.coldBytes = coldBytes
    }
}
