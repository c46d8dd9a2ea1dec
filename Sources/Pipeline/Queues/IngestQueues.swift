public import EventModel
import Synchronization

/// The queues between collectors and lanes, one a lane. A source always goes to the same lane, so that its order holds.
public final class IngestQueues: RecordSink {
    /// Enough for a lane to stay busy while a socket's next reads arrive, small enough that a full queue is soon felt by the
    /// sender: that is what keeps memory bounded when the disk is slow.
    static let limitBatches = 64
    static let limitBytes = 8 << 20

    let lanes: [BoundedQueue<RecordBatch>]
    private let drops = Mutex<[DropKey: Int]>([:])

    private struct DropKey: Hashable {
        var source: String
        var reason: DropReason
    }

    public init(laneCount: Int) {
        lanes = (0..<max(1, laneCount)).map { _ in
            BoundedQueue(limitCount: Self.limitBatches, limitCost: Self.limitBytes) { $0.footprint }
        }
    }

    private func lane(of source: Source) -> BoundedQueue<RecordBatch> { lanes[source.id % lanes.count] }

    public func offer(_ batch: RecordBatch) -> Bool { lane(of: batch.source).offer(batch) }

    public func whenRoom(for source: Source, _ resume: @escaping @Sendable () -> Void) {
        lane(of: source).whenRoom(resume)
    }

    public func push(_ batch: RecordBatch) async throws { try await lane(of: batch.source).push(batch) }

    public func dropped(_ count: Int, reason: DropReason, source: Source) {
        guard count > 0 else { return }
        drops.withLock { $0[DropKey(source: source.name, reason: reason), default: 0] += count }
    }

    /// Losses since the last call; whoever takes them commits them to the ledger.
    func takeDrops() -> [EventCommit.Drop] {
        drops.withLock { drops in
            defer { drops = [:] }
            return drops.map { EventCommit.Drop(source: $0.key.source, reason: $0.key.reason, count: $0.value) }
        }
    }

    /// Gives back losses whose commit failed.
    func restore(_ failed: [EventCommit.Drop]) {
        drops.withLock { drops in
            for drop in failed { drops[DropKey(source: drop.source, reason: drop.reason), default: 0] += drop.count }
        }
    }
}
