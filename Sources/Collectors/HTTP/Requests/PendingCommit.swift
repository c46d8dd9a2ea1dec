import EventModel
import NIOCore
import Synchronization

/// What becomes of the batches of one request: known once every one of them has been told of, or the time is over.
final class PendingCommit: Sendable {
    enum Outcome: Sendable, Equatable {
        /// All records are in the store.
        case stored
        /// At least one batch came to no commit.
        case lost
        /// Not all were told of in time.
        case timedOut
    }

    private struct State {
        var open = 0
        var isLost = false
        var isSealed = false
        var isTold = false
    }

    private let state = Mutex(State())
    private let promise: EventLoopPromise<Outcome>

    init(on loop: any EventLoop) { promise = loop.makePromise() }

    deinit {
        // Nobody waits any more; a promise must not be left without a word.
        if !state.withLock({ $0.isTold }) { promise.succeed(.lost) }
    }

    /// For one more batch.
    func receipt() -> Receipt {
        state.withLock { $0.open += 1 }
        return Receipt { outcome in
            self.change { state in
                state.open -= 1
                if outcome == .lost { state.isLost = true }
            }
        }
    }

    /// There are no more batches.
    func seal() {
        change { $0.isSealed = true }
    }

    /// Waits for the last of them, at most so long.
    func outcome(within limit: TimeAmount) async -> Outcome {
        let timer = promise.futureResult.eventLoop.scheduleTask(in: limit) { self.tell(.timedOut) }
        defer { timer.cancel() }
        return (try? await promise.futureResult.get()) ?? .lost  // The promise is never failed.
    }

    /// Calls back with the outcome, however long it takes.
    func whenKnown(_ callback: @escaping @Sendable (Outcome) -> Void) {
        promise.futureResult.whenSuccess(callback)
    }

    private func change(_ body: (inout State) -> Void) {
        let outcome: Outcome? = state.withLock { state in
            body(&state)
            guard state.isSealed, state.open == 0 else { return nil }
            return state.isLost ? .lost : .stored
        }
        if let outcome { tell(outcome) }
    }

    private func tell(_ outcome: Outcome) {
        let isFirst = state.withLock { state in
            defer { state.isTold = true }
            return !state.isTold
        }
        if isFirst { promise.succeed(outcome) }
    }
}
