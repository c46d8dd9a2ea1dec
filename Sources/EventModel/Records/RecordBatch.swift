/// Raw records of one source, as received, on their way to a lane.
///
/// The bytes are copied out of the socket's or file's buffer once, when the batch is made, and never again before they are
/// compressed (docs/decisions/0001).
public final class RecordBatch: Sendable {
    public let source: Source
    /// When the first of the records arrived, by this machine's clock.
    public let receivedAt: Timestamp
    public let bytes: Arena
    public let records: [RecordSpan]
    /// How far the source has been read once these records are stored; committed in the same transaction.
    public let cursor: SourceCursor?

    public init(source: Source, receivedAt: Timestamp, bytes: Arena, records: [RecordSpan], cursor: SourceCursor? = nil) {
        self.source = source
        self.receivedAt = receivedAt
        self.bytes = bytes
        self.records = records
        self.cursor = cursor
    }

    /// Bytes of memory that the batch holds on to.
    public var footprint: Int { bytes.count + records.count * MemoryLayout<RecordSpan>.stride }

    public func raw(_ index: Int) -> UnsafeRawBufferPointer {
        bytes.slice(Int(records[index].offset), Int(records[index].length))
    }
}

/// The resumable position of a source, opaque to everyone but its collector.
public struct SourceCursor: Sendable, Equatable {
    /// Unique within the store, for example `file:audit:/var/log/audit.jsonl`.
    public var name: String
    /// JSON text that the collector understands.
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
