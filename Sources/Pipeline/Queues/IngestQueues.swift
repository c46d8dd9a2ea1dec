public import EventModel
import Synchronization

/// The queues between collectors and lanes, one a lane. A source always goes to the same lane, so that its order holds.
public final class IngestQueues: RecordSink {
    /// Enough for a lane to stay busy while a socket's next reads arrive, small enough that a full queue is soon felt by the
    /// sender: that is what keeps memory bounded when the disk is slow.
    static let limitBatches = 64
    static let limitBytes = 8 << 20

    let lanes: [BoundedQueue<RecordBatch>]
    private let tallies = Mutex(Tallies())

    /// What the ledger was told of between two commits.
    struct Tallies: Sendable {
        private var drops: [Key<DropReason>: Int] = [:]
        private var refusals: [Key<RefusalReason>: Int] = [:]

        private struct Key<Reason: Hashable & Sendable>: Hashable {
            var source: String
            var reason: Reason
        }

        mutating func add(_ count: Int, _ reason: DropReason, _ source: String) {
            drops[Key(source: source, reason: reason), default: 0] += count
        }

        mutating func add(_ count: Int, _ reason: RefusalReason, _ source: String) {
            refusals[Key(source: source, reason: reason), default: 0] += count
        }

        mutating func add(_ other: Tallies) {
            drops.merge(other.drops, uniquingKeysWith: +)
            refusals.merge(other.refusals, uniquingKeysWith: +)
        }

        var isEmpty: Bool { drops.isEmpty && refusals.isEmpty }

        func commit(_ batches: [EventBatch]) -> EventCommit {
            EventCommit(batches: batches, drops: Self.list(drops), refusals: Self.list(refusals))
        }

        private static func list<Reason>(_ counts: [Key<Reason>: Int]) -> [EventCommit.Tally<Reason>] {
            counts.map { EventCommit.Tally(source: $0.key.source, reason: $0.key.reason, count: $0.value) }
        }
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
        tallies.withLock { $0.add(count, reason, source.name) }
    }

    public func refused(_ count: Int, reason: RefusalReason, source: Source) {
        guard count > 0 else { return }
        tallies.withLock { $0.add(count, reason, source.name) }
    }

    /// Losses and refusals since the last call; whoever takes them commits them to the ledger.
    func takeTallies() -> Tallies {
        tallies.withLock { tallies in
            defer { tallies = Tallies() }
            return tallies
        }
    }

    /// Gives back what could not be committed.
    func restore(_ failed: Tallies) {
        tallies.withLock { $0.add(failed) }
    }
}
