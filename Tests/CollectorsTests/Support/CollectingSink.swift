import EventModel
import Synchronization

/// Keeps what it is given, up to a limit that a test opens and closes.
final class CollectingSink: RecordSink {
    struct Record: Sendable, Equatable {
        var text: String
        var flaw: RecordFlaw
    }

    private struct State {
        var records: [Record] = []
        var cursors: [SourceCursor] = []
        var cursorsAfter: [Int] = []
        var drops: [DropReason: Int] = [:]
        var refusals: [RefusalReason: Int] = [:]
        var memory: [SourceMemory] = []
        var held: [Receipt] = []
        var holdsReceipts: Bool
        var batches = 0
        var room: Int
        var resumes: [@Sendable () -> Void] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - room: batches that are taken before the sink is full; `addRoom` makes more.
    ///   - holdsReceipts: receipts are told by `commit` or `lose` alone, else at once.
    init(room: Int = .max, holdsReceipts: Bool = false) {
        state = Mutex(State(holdsReceipts: holdsReceipts, room: room))
    }

    /// The held batches are stored.
    func commit() {
        for receipt in takeHeld() { receipt.stored() }
    }

    /// The held batches never came to a commit.
    func lose() { _ = takeHeld() }

    private func takeHeld() -> [Receipt] {
        state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
    }

    var heldReceipts: Int { state.withLock { $0.held.count } }
    var refusals: [RefusalReason: Int] { state.withLock { $0.refusals } }
    /// What collectors asked to be remembered, in order.
    var memory: [SourceMemory] { state.withLock { $0.memory } }

    var records: [Record] { state.withLock { $0.records } }
    var texts: [String] { records.map(\.text) }
    var drops: [DropReason: Int] { state.withLock { $0.drops } }
    var lastCursor: SourceCursor? { state.withLock { $0.cursors.last } }
    var batches: Int { state.withLock { $0.batches } }
    var isRefusing: Bool { state.withLock { !$0.resumes.isEmpty } }
    /// Each cursor with the number of records that had come when it did.
    var cursors: [(after: Int, cursor: SourceCursor)] {
        state.withLock { Array(zip($0.cursorsAfter, $0.cursors)) }
    }

    /// What is committed after the first batches: the last cursor of each name; one without a value is forgotten.
    func committed(batches: Int = .max) -> [SourceCursor] {
        var values: [String: SourceCursor] = [:]
        for cursor in state.withLock({ $0.cursors }).prefix(batches) { values[cursor.name] = cursor.value.isEmpty ? nil : cursor }
        return values.values.sorted { $0.name < $1.name }
    }

    /// The names of the cursors of the first batches.
    func names(batches: Int) -> Set<String> { Set(state.withLock { $0.cursors }.prefix(batches).map(\.name)) }

    /// How many records came with the first batches, if each had a cursor.
    func records(after batches: Int) -> Int { batches == 0 ? 0 : state.withLock { $0.cursorsAfter[batches - 1] } }

    func offer(_ batch: RecordBatch) -> Bool {
        let ready: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            guard state.room > 0 else { return nil }
            state.room -= 1
            state.batches += 1
            for index in batch.records.indices {
                let text = String(decoding: batch.raw(index), as: UTF8.self)
                state.records.append(Record(text: text, flaw: batch.records[index].flaw))
            }
            if let cursor = batch.progress.cursor {
                state.cursors.append(cursor)
                state.cursorsAfter.append(state.records.count)
            }
            if let memory = batch.progress.memory { state.memory.append(memory) }
            if state.holdsReceipts, let receipt = batch.progress.receipt { state.held.append(receipt) }
            return Self.due(&state)
        }
        if ready != nil, !state.withLock({ $0.holdsReceipts }) { batch.progress.receipt?.stored() }
        ready?.forEach { $0.resume() }
        return ready != nil
    }

    private static func due(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        let count = state.records.count
        let due = state.waiters.filter { $0.count <= count }
        state.waiters.removeAll { $0.count <= count }
        return due.map(\.continuation)
    }

    func whenRoom(for source: Source, _ resume: @escaping @Sendable () -> Void) {
        let now = state.withLock { state in
            if state.room > 0 { return true }
            state.resumes.append(resume)
            return false
        }
        if now { resume() }
    }

    func addRoom(_ batches: Int) {
        let resumes = state.withLock { state in
            state.room = batches > Int.max - state.room ? .max : state.room + batches
            defer { state.resumes = [] }
            return state.resumes
        }
        for resume in resumes { resume() }
    }

    func push(_ batch: RecordBatch) async throws {
        while !offer(batch) {
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    whenRoom(for: batch.source) { continuation.resume() }
                }
            } onCancel: {
                addRoom(0)
            }
        }
    }

    func dropped(_ count: Int, reason: DropReason, source: Source) {
        state.withLock { $0.drops[reason, default: 0] += count }
    }

    func refused(_ count: Int, reason: RefusalReason, source: Source) {
        state.withLock { $0.refusals[reason, default: 0] += count }
    }

    /// Waits until there are so many records, or until the caller is cancelled.
    func waitForRecords(_ count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state in
                    if state.records.count >= count || Task.isCancelled { return true }
                    state.waiters.append((count, continuation))
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            let waiters = state.withLock { state in
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.continuation.resume() }
        }
    }
}
