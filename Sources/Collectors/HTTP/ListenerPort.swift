import NIOCore
import NIOPosix

/// The port of a listener, once it listens.
final class ListenerPort: Sendable {
    private let promise: EventLoopPromise<Int>

    init() { promise = MultiThreadedEventLoopGroup.singleton.any().makePromise() }

    deinit { promise.fail(CancellationError()) }

    /// Throws when it never will.
    var bound: Int {
        get async throws { try await promise.futureResult.get() }
    }

    func succeed(_ port: Int) { promise.succeed(port) }

    func fail(_ error: any Error) { promise.fail(error) }
}
