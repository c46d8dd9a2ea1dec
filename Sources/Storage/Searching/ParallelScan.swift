import Dispatch
import Synchronization

/// Goes through a list of blocks on several cores, each with readers of its own.
struct ParallelScan {
    /// Which items are taken. An item has an owner, who has its filter and its directory in memory from the search before; who is
    /// done with his own takes others' from the end.
    private struct Claims: ~Copyable {
        private let owners: [Int]
        private let isTaken: Mutex<[Bool]>

        init(_ owners: [Int]) {
            self.owners = owners
            isTaken = Mutex([Bool](repeating: false, count: owners.count))
        }

        /// The next item for a worker; nil when none is left.
        func next(_ worker: Int) -> Int? {
            isTaken.withLock { taken in
                let item =
                    taken.indices.first { !taken[$0] && owners[$0] == worker } ?? taken.lastIndex(of: false)
                if let item { taken[item] = true }
                return item
            }
        }
    }

    /// What the threads share: each touches only the state of its own worker.
    private struct Shared<State>: @unchecked Sendable {
        let states: [State]
        let body: (State, Int) throws -> Void
    }

    /// Calls `body` once for each item, on as many threads as there are states, each with its own one.
    /// - Parameter owners: of each item, whose it is: an index of `states`.
    /// - Throws: the first error that `body` threw, or `CancellationError`; what had not begun by then is left out.
    static func run<State>(_ states: [State], owners: [Int], _ body: (State, Int) throws -> Void) throws {
        guard states.count > 1, owners.count > 1 else {
            guard let state = states.first else { return }
            for item in owners.indices {
                try Task.checkCancellation()
                try body(state, item)
            }
            return
        }
        let claims = Claims(owners)
        let failure = Mutex<(any Error)?>(nil)
        withoutActuallyEscaping(body) { body in
            let shared = Shared(states: states, body: body)
            DispatchQueue.concurrentPerform(iterations: states.count) { worker in
                while failure.withLock({ $0 == nil }), let item = claims.next(worker) {
                    do {
                        // The calling thread is one of these, and it has the task.
                        try Task.checkCancellation()
                        try shared.body(shared.states[worker], item)
                    } catch {
                        failure.withLock { if $0 == nil { $0 = error } }
                    }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
