/// How correlation comes back after a crash: restore the last snapshot, feed the stored events after it, and keep quiet about
/// those whose findings the store has already.
///
/// ```swift
/// let plan = ReplayPlan(snapshotThrough: correlator.through, correlatedThrough: store.correlatedThrough)
/// for batch in events stored after plan.replayAfter {
///     correlator.count(extract(batch))
///     if !plan.isLive(through: batch.through) { correlator.discardChanges() }
/// }
/// commit(correlator.takeChanges())
/// ```
public struct ReplayPlan: Sendable, Equatable {
    /// Feed the stored events with a sequence number above this one, in order.
    public let replayAfter: Int64
    /// The findings of events up to this number are in the store, their deliveries too.
    public let mutedThrough: Int64

    /// - Parameters:
    ///   - snapshotThrough: `Correlator.through` of the restored snapshot; 0 without one.
    ///   - correlatedThrough: `CorrelationCommit.through` of the last commit.
    public init(snapshotThrough: Int64, correlatedThrough: Int64) {
        replayAfter = snapshotThrough
        mutedThrough = max(snapshotThrough, correlatedThrough)
    }

    /// Whether the changes that came of a replayed batch are to be committed: its last event is beyond what the store knows.
    ///
    /// Cut replayed batches at `mutedThrough`; a batch that spans it would tell states of findings that are known already, which
    /// is harmless (same ids, equal or newer states) but not exact.
    public func isLive(through sequence: Int64) -> Bool { sequence > mutedThrough }

    /// Of a batch of stored events in order, how many are muted: feed that prefix first, and discard what changes.
    public func mutedPrefix(of sequences: some Collection<Int64>) -> Int {
        var count = 0
        for sequence in sequences {
            if sequence > mutedThrough { break }
            count += 1
        }
        return count
    }
}
