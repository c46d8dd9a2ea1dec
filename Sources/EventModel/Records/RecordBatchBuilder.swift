/// Gathers records of one source into a `RecordBatch`, within the batch limits.
public struct RecordBatchBuilder {
    /// A batch is handed on at this many records or bytes, whichever comes first: enough to spread the cost of a hand-over over
    /// many records, small enough that a lane is never busy with one batch for more than a few milliseconds.
    public static let maximumRecords = 512
    public static let maximumBytes = 256 * 1024

    /// A full batch fits without growing.
    private static let largestArena = maximumBytes + 64 * 1024
    private static let smallestArena = 4 * 1024

    public let source: Source
    /// Made with the first record: most connections are idle most of the time.
    private var arena: Arena?
    private var records: [RecordSpan] = []
    private var firstAt: Timestamp?
    /// What the next batch is likely to need. Quiet sources' batches are small: each in a piece of memory for a full one, they
    /// would spread over all of it, and the process would grow with each place that was ever used.
    private var arenaBytes = smallestArena

    public init(source: Source) {
        self.source = source
    }

    public var isEmpty: Bool { records.isEmpty }
    public var isFull: Bool { records.count >= Self.maximumRecords || bytes >= Self.maximumBytes }
    public var count: Int { records.count }
    private var bytes: Int { arena?.count ?? 0 }

    public mutating func append(_ record: UnsafeRawBufferPointer, flaw: RecordFlaw = .none, at time: Timestamp) {
        if firstAt == nil {
            firstAt = time
            records.reserveCapacity(64)
        }
        let arena = arena ?? Arena(capacity: arenaBytes)
        self.arena = arena
        let offset = arena.append(record)
        records.append(RecordSpan(offset: UInt32(offset), length: UInt32(record.count), flaw: flaw))
    }

    /// Hands over what was gathered, and starts anew. Nil when there is nothing, neither records nor progress.
    public mutating func finish(_ progress: BatchProgress = BatchProgress()) -> RecordBatch? {
        if records.isEmpty && progress.isEmpty { return nil }
        let batch = RecordBatch(
            source: source, receivedAt: firstAt ?? .now(), bytes: arena ?? Arena(capacity: 0), records: records,
            progress: progress)
        arenaBytes = min(Self.largestArena, max(Self.smallestArena, bytes + bytes / 2))
        arena = nil
        records = []
        firstAt = nil
        return batch
    }
}
