import NIOCore
import Synchronization

/// The first of several answers; later ones are ignored. Somebody must give one.
final class FirstAnswer<Value: Sendable>: Sendable {
    private let promise: EventLoopPromise<Value>
    private let isGiven = Atomic(false)

    init(on loop: any EventLoop) { promise = loop.makePromise() }

    deinit {
        if !isGiven.load(ordering: .acquiring) { promise.fail(CancellationError()) }
    }

    func give(_ value: Value) {
        if !isGiven.exchange(true, ordering: .acquiringAndReleasing) { promise.succeed(value) }
    }

    /// Nil when every giver is gone without a word.
    var value: Value? {
        get async { try? await promise.futureResult.get() }
    }
}
