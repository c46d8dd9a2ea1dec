/// 128 bits that are the same for two deliveries of one event; zero when the event carries no id of its own.
public struct EventKey: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public static let none = EventKey(high: 0, low: 0)
}

/// What became of a record in the normaliser.
public enum EventState: UInt8, Sendable {
    case normal = 0
    /// Kept as received with the reason in `quarantine.error`, searchable, but not mapped.
    case quarantined = 1
}

/// Everything about one event that is not a field: where its bytes and fields stand in the batch, and what routes it.
public struct EventRow: Sendable {
    /// Index of the raw record in its `RecordBatch`; several rows share it when one record holds several events.
    public var record: UInt32
    /// The record as received, in the raw bytes.
    public var rawOffset: UInt32
    public var rawLength: UInt32
    /// The payload within it (the JSON document, or the message text), in the raw bytes.
    public var bodyOffset: UInt32
    public var bodyLength: UInt32
    /// The fields as the vendor names them: `fields[vendorStart..<vendorEnd]`.
    public var vendorStart: UInt32
    public var vendorEnd: UInt32
    /// The fields as OCSF names them, and our own (`identity`, `quarantine.*`, `syslog.*`): `fields[ocsfStart..<ocsfEnd]`.
    public var ocsfStart: UInt32
    public var ocsfEnd: UInt32
    /// Event time; the time of receipt where the record has none.
    public var time: Timestamp
    public var classUID: UInt32
    /// Index into `ProductCatalog`.
    public var product: UInt16
    public var state: EventState
    /// Which event of its record this is, from 0.
    public var part: UInt16
    public var key: EventKey

    public init(record: Int, raw: RecordSpan, receivedAt: Timestamp) {
        self.record = UInt32(record)
        rawOffset = raw.offset
        rawLength = raw.length
        bodyOffset = raw.offset
        bodyLength = raw.length
        vendorStart = 0
        vendorEnd = 0
        ocsfStart = 0
        ocsfEnd = 0
        time = receivedAt
        classUID = 0
        product = ProductCatalog.unknown
        state = .normal
        part = 0
        key = .none
    }
}
