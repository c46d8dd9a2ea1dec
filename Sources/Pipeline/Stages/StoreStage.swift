import EventModel
import Logging
import Normaliser
import ServiceLifecycle
import Storage

/// Commits events with their cursors and the ledger (D1), in groups. A batch goes on to the correlator only when it is stored.
struct StoreStage: Service {
    /// What one transaction takes at most: a few milliseconds of encoding.
    static let groupBytes = 4 << 20
    /// At low rates, events that arrive within this time share a transaction and a block; it adds as much to the latency.
    static let linger: Duration = .milliseconds(10)
    /// A group of this size is worth its own transaction at once.
    static let readyBytes = 2 << 20
    /// Losses and refusals reach the ledger at least this often, events or none.
    static let tallyInterval: Duration = .seconds(1)
    /// Names that went to another account are told one by one up to this number a commit.
    private static let toldMoves = 5

    let input: BoundedQueue<DetectedBatch>
    let output: BoundedQueue<CorrelationInput>
    let writer: StoreWriter
    let ingest: IngestQueues
    let readiness: Readiness
    /// What lanes have learned, which is to know what is stored of it; nil if nothing is learned.
    let learned: LearnedIdentities?
    let logger: Logger

    func run() async throws {
        let input = input
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await commitTalliesRegularly() }
                try await commitBatches()
                group.cancelAll()
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            input.finish()
        }
        try await commit([])
    }

    private func commitBatches() async throws {
        var lastCommit = ContinuousClock.now - Self.linger
        while true {
            let early = Self.linger - (ContinuousClock.now - lastCommit)
            if early > .zero { await input.wait(untilCost: Self.readyBytes, atMost: early) }
            guard let group = await input.pop(maximumCost: Self.groupBytes) else { return }
            let stored = try await commit(group)
            lastCommit = .now
            for (item, stored) in zip(group, stored) {
                try await output.push(.stored(stored, item.matches))
            }
        }
    }

    /// Tells the lanes which of their lessons are stored, and people of names that went from one account to another.
    private func confirm(_ stored: [StoredBatch]) {
        guard let learned else { return }
        var moved = 0
        for batch in stored where !batch.batch.lessons.isEmpty {
            let lessons = batch.batch.lessons.filter { batch.sequences.indices.contains($0.row) && batch.sequences[$0.row] != 0 }
            learned.confirm(lessons)
            for lesson in lessons {
                guard let replaced = lesson.replaced else { continue }
                moved += 1
                if moved > Self.toldMoves { continue }
                logger.warning(
                    "a name of an account belongs to another address now; siemctl identity show tells by which event",
                    metadata: [
                        "name": "\(lesson.product):\(lesson.name)", "address": "\(lesson.target)", "before": "\(replaced)",
                        "source": "\(batch.batch.source.name)", "event": "\(batch.sequences[lesson.row])",
                    ])
            }
        }
        if moved > Self.toldMoves {
            logger.warning(
                "more names of accounts belong to other addresses now; siemctl identity list --conflicts shows them",
                metadata: ["names": "\(moved - Self.toldMoves)"])
        }
    }

    private func commitTalliesRegularly() async throws {
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.tallyInterval) } catch is CancellationError { return }
            if input.depth.count == 0 { try await commit([]) }
        }
    }

    /// Tries until it succeeds: a full disk stops the pipeline, and through its queues the senders; it loses nothing.
    @discardableResult
    private func commit(_ group: [DetectedBatch]) async throws -> [StoredBatch] {
        var pause: Duration = .milliseconds(100)
        while true {
            let tallies = ingest.takeTallies()
            if group.isEmpty && tallies.isEmpty { return [] }
            do {
                let stored = try await writer.commit(tallies.commit(group.map(\.batch)))
                readiness.stored(nil)
                confirm(stored)
                for batch in stored { batch.batch.progress.receipt?.stored() }
                return stored
            } catch {
                ingest.restore(tallies)
                readiness.stored("\(error)")
                if group.isEmpty { return [] }
                logger.error("cannot store events; trying again", metadata: ["error": "\(error)", "pause": "\(pause)"])
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(10))
            }
        }
    }
}
