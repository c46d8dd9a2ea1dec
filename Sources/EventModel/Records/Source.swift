/// A configured source of records: a listener, a file, a poller. One per entry in `sources:` of the configuration.
public final class Source: Sendable {
    /// Dense number within the process; a source always goes through the same lane, so that its order holds.
    public let id: Int
    /// The name in the configuration, in the ledger and in `metadata.log_provider`.
    public let name: String
    /// The product that the configuration says the records come from; nil means: detect it from each record's shape.
    public let product: String?
    /// How far behind the newest event time seen of this source an event may be and still be correlated exactly, in microseconds.
    public let allowedLateness: Int64
    /// Local time at the senders: what stamps without an offset are read by.
    public let zone: ZoneOffsets

    public init(
        id: Int, name: String, product: String? = nil, allowedLateness: Int64 = 300_000_000, zone: ZoneOffsets = .utc
    ) {
        self.id = id
        self.name = name
        self.product = product
        self.allowedLateness = allowedLateness
        self.zone = zone
    }
}
