import EventModel
import NIOCore
import NIOPosix
import Synchronization

/// One connection to a mail server, for one message.
struct SMTPConnection: Sendable {
    private static let connectTime = TimeAmount.seconds(10)

    var dialogue: SMTPDialogue
    var message: SMTPMessage
    var encryption: SMTPEncryption?
    var isEncryptedFirst: Bool
    var hasHello: Bool

    /// Connects, has the message taken, and says how it ended. Closes the connection when the task is cancelled.
    ///
    /// - Throws: when there is no connection.
    func run(_ address: IPAddress, port: Int) async throws -> SMTPOutcome {
        let socket = try SocketAddress(ipAddress: address.description, port: port)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: SMTPOutcome.self)
        let guardian = CancelledChannel()
        return try await withTaskCancellationHandler {
            let connecting = ClientBootstrap(group: loop)
                .connectTimeout(Self.connectTime)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guardian.watch(channel)
                        if isEncryptedFirst, let encryption {
                            try channel.pipeline.syncOperations.addHandler(encryption.handler())
                        }
                        try channel.pipeline.syncOperations.addHandler(
                            SMTPHandler(
                                dialogue, hasHello: hasHello, message: message, encryption: encryption, outcome: promise))
                    }
                }
                .connect(to: socket)
            do {
                _ = try await connecting.get()
            } catch {
                // No handler may have come to tell it.
                promise.fail(error)
                throw error
            }
            return try await promise.futureResult.get()
        } onCancel: {
            guardian.cancel()
        }
    }
}

/// Closes a channel when its task is cancelled, be that before or after there is one.
private final class CancelledChannel: Sendable {
    private let state = Mutex<(channel: (any Channel)?, isCancelled: Bool)>((nil, false))

    func watch(_ channel: any Channel) {
        let isCancelled = state.withLock { state in
            state.channel = channel
            return state.isCancelled
        }
        if isCancelled { channel.close(promise: nil) }
    }

    func cancel() {
        let channel = state.withLock { state in
            state.isCancelled = true
            return state.channel
        }
        channel?.close(promise: nil)
    }
}
