/// Where collectors put their batches. The bounded queue behind it lives in Pipeline.
public protocol RecordSink: Sendable {
    /// Takes the batch at once or not at all; never waits. For event loops.
    func offer(_ batch: RecordBatch) -> Bool

    /// Calls back once, from any thread, when an `offer` of this source may succeed again (at once if it may now).
    func whenRoom(for source: Source, _ resume: @escaping @Sendable () -> Void)

    /// Waits for room. Throws `CancellationError` when the caller is cancelled meanwhile; the batch was not taken then.
    func push(_ batch: RecordBatch) async throws

    /// Tells the ledger of records that were received and could not be kept, for example UDP datagrams while the queue is full.
    func dropped(_ count: Int, reason: DropReason, source: Source)
}

/// Why records were lost. Each reason is a column of the ledger.
public enum DropReason: String, Sendable, CaseIterable, Codable {
    /// The queue was full and the source cannot be asked to wait (UDP).
    case queueFull = "queue_full"
    /// The kernel dropped datagrams before we could read them.
    case kernel
    /// The source was truncated or replaced before we had read it to its end (files).
    case sourceTruncated = "source_truncated"
}
