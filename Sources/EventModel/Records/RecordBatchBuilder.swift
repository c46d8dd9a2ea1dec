/// Gathers records of one source into a `RecordBatch`, within the batch limits.
public struct RecordBatchBuilder {
    /// A batch is handed on at this many records or bytes, whichever comes first: enough to spread the cost of a hand-over over
    /// many records, small enough that a lane is never busy with one batch for more than a few milliseconds.
    public static let maximumRecords = 512
    public static let maximumBytes = 256 * 1024

    /// A full batch fits without growing; memory that is never written costs nothing.
    private static let arenaBytes = maximumBytes + 64 * 1024

    public let source: Source
    private var arena = Arena(capacity: arenaBytes)
    private var records: [RecordSpan] = []
    private var firstAt: Timestamp?

    public init(source: Source) {
        self.source = source
        records.reserveCapacity(64)
    }

    public var isEmpty: Bool { records.isEmpty }
    public var isFull: Bool { records.count >= Self.maximumRecords || arena.count >= Self.maximumBytes }
    public var count: Int { records.count }

    public mutating func append(_ record: UnsafeRawBufferPointer, flaw: RecordFlaw = .none, at time: Timestamp) {
        if firstAt == nil { firstAt = time }
        let offset = arena.append(record)
        records.append(RecordSpan(offset: UInt32(offset), length: UInt32(record.count), flaw: flaw))
    }

    /// Hands over what was gathered, and starts anew. Nil when there is nothing, neither records nor progress.
    public mutating func finish(_ progress: BatchProgress = BatchProgress()) -> RecordBatch? {
        if records.isEmpty && progress.isEmpty { return nil }
        let batch = RecordBatch(
            source: source, receivedAt: firstAt ?? .now(), bytes: arena, records: records, progress: progress)
        arena = Arena(capacity: Self.arenaBytes)
        records = []
        records.reserveCapacity(64)
        firstAt = nil
        return batch
    }
}
