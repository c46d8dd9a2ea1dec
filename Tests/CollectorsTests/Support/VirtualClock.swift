import Collectors
import EventModel
import Synchronization

/// Time that passes only while everybody who takes part waits for it: then it is the earliest time that somebody waits for.
final class VirtualClock: PollClock {
    private struct Sleeper {
        var id: Int
        var until: Timestamp
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var participants: Int
        var sleepers: [Sleeper] = []
        var nextID = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>
    /// Who wants to wait beyond this is cancelled.
    private let end: Timestamp

    /// - Parameter participants: tasks that wait, each for one time at once.
    init(_ now: Timestamp, end: Timestamp = .distantFuture, participants: Int = 1) {
        state = Mutex(State(now: now, participants: participants))
        self.end = end
    }

    func now() -> Timestamp { state.withLock { $0.now } }

    func sleep(until time: Timestamp) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let woken = state.withLock { state -> [(Sleeper, Bool)] in
                    let sleeper = Sleeper(id: id, until: time, continuation: continuation)
                    if state.cancelled.contains(id) { return [(sleeper, false)] }
                    state.sleepers.append(sleeper)
                    return Self.advance(&state, end: end)
                }
                Self.wake(woken)
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                state.cancelled.insert(id)
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private static func advance(_ state: inout State, end: Timestamp) -> [(Sleeper, Bool)] {
        guard state.sleepers.count >= state.participants, let first = state.sleepers.map(\.until).min() else { return [] }
        if first > end {
            defer { state.sleepers = [] }
            return state.sleepers.map { ($0, false) }
        }
        state.now = max(state.now, first)
        let now = state.now
        defer { state.sleepers.removeAll { $0.until <= now } }
        return state.sleepers.filter { $0.until <= now }.map { ($0, true) }
    }

    private static func wake(_ sleepers: [(Sleeper, Bool)]) {
        for (sleeper, isDue) in sleepers {
            if isDue { sleeper.continuation.resume() } else { sleeper.continuation.resume(throwing: CancellationError()) }
        }
    }
}
