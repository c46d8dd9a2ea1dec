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

    /// Tells the ledger of what was turned away at the door: the sender was told, so nothing of it counts as received.
    func refused(_ count: Int, reason: RefusalReason, source: Source)
}

/// Why a request, a connection or a frame was turned away. Each reason is a counter of the ledger, beside its balance.
public enum RefusalReason: String, Sendable, CaseIterable, Codable {
    /// No credentials, or wrong ones; also a client certificate that is not accepted.
    case authentication
    /// A signature that is not that of the bytes received, or is too old.
    case signature
    /// More than the token may send in this time.
    case rateLimit = "rate_limit"
    /// More than the token may send in a day.
    case quota
    /// Larger than the limit, also after decompression.
    case tooLarge = "too_large"
    /// Not what the protocol demands.
    case malformed
    /// There was no room; the sender was asked to come again.
    case busy
    /// As many connections as are allowed were open.
    case connections
    /// The peer took longer than it may.
    case timeout
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
