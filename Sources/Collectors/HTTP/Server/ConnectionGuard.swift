import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Keeps one connection within its times and its headers within their size. Two handlers share it: `BytesGuard` before the bytes
/// are decoded, `PartsGuard` after.
final class ConnectionGuard {
    /// Of a request's line and headers, with what else came in the same read; the decoder bounds the headers alone.
    static let maximumHeadBytes = 32 * 1024

    private var times: ConnectionTimes
    private var timer: Scheduled<Void>?
    /// Bytes since the last request ended, while its successor's headers are not whole.
    private var headBytes = 0
    private var isReadingHead = true

    init(_ configuration: HTTPConfiguration) {
        times = ConnectionTimes(
            header: configuration.headerTimeout, request: configuration.requestTimeout, idle: configuration.idleTimeout, at: .now)
    }

    /// False when a head is too large.
    fileprivate func came(_ bytes: Int) {
        times.bytesCame(at: .now)
        if isReadingHead { headBytes += bytes }
    }

    fileprivate var isHeadTooLarge: Bool { isReadingHead && headBytes > Self.maximumHeadBytes }

    fileprivate func came(_ part: HTTPRequestPart) {
        switch part {
        case .head:
            times.headersCame(at: .now)
            isReadingHead = false
        case .body: break
        case .end:
            times.bodyEnded(at: .now)
            isReadingHead = true
            headBytes = 0
        }
    }

    /// True if the connection is to be closed once this is written.
    fileprivate func wrote(_ part: HTTPResponsePart, isLast: Bool) -> Bool {
        guard case .end = part else { return false }
        times.answered(isLast: isLast, at: .now)
        return times.isQuiescing && !isLast && times.unanswered == 0
    }

    fileprivate func quiesce() -> Bool { times.quiesce() }

    fileprivate func start(_ context: ChannelHandlerContext) { look(NIOLoopBound(context, eventLoop: context.eventLoop)) }

    fileprivate func stop() {
        timer?.cancel()
        timer = nil
    }

    private func look(_ context: NIOLoopBound<ChannelHandlerContext>) {
        let loop = context.value.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        switch times.verdict(at: .now) {
        case .wait(let rest):
            // Not for each change of phase: a short time that begins meanwhile is noticed with up to a second's delay.
            timer = loop.scheduleTask(in: min(TimeAmount(rest) + .milliseconds(1), .seconds(1))) { bound.value.look(context) }
        case .fail:
            context.value.fireErrorCaught(RequestFailure.timeout)
            timer = loop.scheduleTask(in: .seconds(1)) { bound.value.look(context) }
        case .close: context.value.close(promise: nil)
        }
    }
}

/// Counts the bytes of a connection, after decryption.
final class BytesGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionGuard

    init(_ connection: ConnectionGuard) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.came(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
        if connection.isHeadTooLarge { context.fireErrorCaught(RequestFailure.headersTooLarge) }
    }
}

/// Watches requests and answers go by.
final class PartsGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connection: ConnectionGuard
    private var isLastAnswer = false

    init(_ connection: ConnectionGuard) { self.connection = connection }

    func handlerAdded(context: ChannelHandlerContext) { connection.start(context) }

    func handlerRemoved(context: ChannelHandlerContext) { connection.stop() }

    func channelInactive(context: ChannelHandlerContext) {
        connection.stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.came(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        if case .head(let head) = part, head.status.kind != .informational {
            isLastAnswer = head.headerFields[.connection] == "close"
        }
        let closes = connection.wrote(part, isLast: isLastAnswer)
        context.write(data, promise: promise)
        if closes {
            context.flush()
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            if connection.quiesce() { context.close(promise: nil) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
