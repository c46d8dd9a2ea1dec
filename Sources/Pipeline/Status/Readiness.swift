import ServiceLifecycle
import Synchronization

/// Whether the daemon takes records and stores them, as load balancers and service managers ask.
public final class Readiness: Sendable {
    private struct State {
        var isOpen = false
        var isStopping = false
        var storeProblem: String?
    }

    private let state = Mutex(State())

    init() {}

    /// Why it is not ready; nil when it is.
    public var problem: String? {
        state.withLock { state in
            if state.isStopping { return "stopping" }
            if !state.isOpen { return "starting" }
            return state.storeProblem.map { "events cannot be stored: \($0)" }
        }
    }

    var storeProblem: String? { state.withLock { $0.storeProblem } }

    /// Every door is open.
    func opened() { state.withLock { $0.isOpen = true } }

    func stopping() { state.withLock { $0.isStopping = true } }

    /// How the last attempt to store events ended; nil: well.
    func stored(_ problem: String?) { state.withLock { $0.storeProblem = problem } }
}
