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
    /// What is committed with the records, and who is told of it.
    public let progress: BatchProgress

    public init(
        source: Source, receivedAt: Timestamp, bytes: Arena, records: [RecordSpan], progress: BatchProgress = BatchProgress()
    ) {
        self.source = source
        self.receivedAt = receivedAt
        self.bytes = bytes
        self.records = records
        self.progress = progress
    }

    /// Bytes of memory that the batch holds on to.
    public var footprint: Int { bytes.count + records.count * MemoryLayout<RecordSpan>.stride }

    public func raw(_ index: Int) -> UnsafeRawBufferPointer {
        bytes.slice(Int(records[index].offset), Int(records[index].length))
    }
}
