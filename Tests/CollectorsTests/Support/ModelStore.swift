import EventModel
import Synchronization
import TestSupport

/// What a store keeps of batches: all of a batch or nothing of it, in the order in which they came.
final class ModelStore: Sendable {
    private struct State {
        var records: [String] = []
        var flaws: [RecordFlaw] = []
        var cursors: [String: String] = [:]
        var memory: [String: [RecordKey: Timestamp]] = [:]
        var duplicates = 0
    }

    private let state = Mutex(State())

    var records: [String] { state.withLock { $0.records } }
    var flaws: [RecordFlaw] { state.withLock { $0.flaws } }
    var duplicates: Int { state.withLock { $0.duplicates } }

    func cursor(_ name: String) -> SourceCursor? {
        state.withLock { $0.cursors[name] }.map { SourceCursor(name: name, value: $0) }
    }

    func memory(_ name: String) -> [SourceMemory.Entry] {
        state.withLock { $0.memory[name] ?? [:] }.map { SourceMemory.Entry(key: $0.key, time: $0.value) }
    }

    func commit(_ batch: RecordBatch) {
        state.withLock { state in
            for index in batch.records.indices {
                state.records.append(String(decoding: batch.raw(index), as: UTF8.self))
                state.flaws.append(batch.records[index].flaw)
            }
            if let cursor = batch.progress.cursor { state.cursors[cursor.name] = cursor.value }
            guard let memory = batch.progress.memory else { return }
            if let horizon = memory.forgetBefore {
                state.memory[memory.name] = state.memory[memory.name]?.filter { $0.value >= horizon }
            }
            for entry in memory.added { state.memory[memory.name, default: [:]][entry.key] = entry.time }
            state.duplicates += memory.duplicates
        }
        batch.progress.receipt?.stored()
    }
}

/// Commits batches to a store some time after they were pushed; what was not committed is gone after a crash.
final class CrashingSink: RecordSink {
    private struct State {
        var pending: [RecordBatch] = []
        var random: SeededGenerator
        var isDead = false
    }

    private let store: ModelStore
    private let state: Mutex<State>

    init(_ store: ModelStore, seed: UInt64) {
        self.store = store
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    /// From now on nothing is taken, and what was not committed is gone.
    func crash() {
        state.withLock { state in
            state.isDead = true
            state.pending = []
        }
    }

    /// Commits everything.
    func settle() {
        for batch in state.withLock({ state in
            defer { state.pending = [] }
            return state.pending
        }) { store.commit(batch) }
    }

    func push(_ batch: RecordBatch) async throws {
        let due = try state.withLock { state -> [RecordBatch] in
            if state.isDead { throw CancellationError() }
            state.pending.append(batch)
            let count = Int.random(in: 0...state.pending.count, using: &state.random)
            defer { state.pending.removeFirst(count) }
            return Array(state.pending.prefix(count))
        }
        for batch in due { store.commit(batch) }
    }

    func offer(_ batch: RecordBatch) -> Bool { false }
    func whenRoom(for source: Source, _ resume: @escaping @Sendable () -> Void) { resume() }
    func dropped(_ count: Int, reason: DropReason, source: Source) {}
    func refused(_ count: Int, reason: RefusalReason, source: Source) {}
}
