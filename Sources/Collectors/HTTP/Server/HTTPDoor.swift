import EventModel
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Synchronization

/// Sets up each connection of the listener: how many there may be, encryption, sizes and times; then its requests are answered.
struct HTTPDoor: ServerChildChannel {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// A single header field; there are longer cookies, but nobody's token.
    private static let maximumFieldBytes = 8 * 1024
    private static let maximumHeaderBytes = 16 * 1024
    private static let maximumHeaders = 100

    let configuration: HTTPConfiguration
    let identity: TLSIdentity?
    let connections: ConnectionCount
    let responder: HTTPResponder
    /// Tells of a connection that was turned away, and why, before it came to a request.
    let refuse: @Sendable (RefusalReason, String) -> Void

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard connections.admit() else {
            refuse(.connections, "too many connections are open")
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(TooManyConnections())
        }
        channel.closeFuture.whenComplete { _ in connections.leave() }
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let identity {
                try pipeline.addHandlers(
                    TLSHandshake.handlers(identity, limit: TimeAmount(configuration.headerTimeout), refused: refuse))
            }
            let guardian = ConnectionGuard(configuration)
            try pipeline.addHandler(BytesGuard(guardian))
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = Self.maximumFieldBytes
            limits.maxHeaderListSize = Self.maximumHeaderBytes
            limits.maxHeaderFieldCount = Self.maximumHeaders
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: identity != nil))
            try pipeline.addHandler(PartsGuard(guardian))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await HTTPConnection(responder: responder, logger: logger).run(value)
    }
}

/// How many connections are open.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let open = Mutex(0)

    init(_ limit: Int) { self.limit = limit }

    var count: Int { open.withLock { $0 } }

    func admit() -> Bool {
        open.withLock { open in
            guard open < limit else { return false }
            open += 1
            return true
        }
    }

    func leave() { open.withLock { $0 -= 1 } }
}
