import EventModel
import Logging
import NIOCore

/// Frames one TCP connection's bytes and hands them on. While the sink is full it does not read, so that the kernel's window
/// closes and the sender waits.
///
/// At most one batch, one partial frame and the socket reads of one round are held for a connection.
final class SyslogStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// How long records of a closed connection wait for room at shutdown, before they are counted as lost.
    private static let patience = TimeAmount.seconds(30)
    /// Between two offers when the sink says that there is room, and then has none.
    private static let retryDelay = TimeAmount.milliseconds(5)

    private let door: SyslogDoor
    private let handedOn: EventLoopPromise<Void>
    private var framing: SyslogFraming
    private var builder: RecordBatchBuilder
    /// The batch that the sink had no room for.
    private var held: RecordBatch?
    /// Read from the socket while `held` waited, not framed yet.
    private var unread: ByteBuffer?
    private var hasEnded = false
    private var isDone = false
    private var channel: (any Channel)?

    init(_ door: SyslogDoor, handedOn: EventLoopPromise<Void>) {
        self.door = door
        self.handedOn = handedOn
        framing = SyslogFraming(maximumFrameBytes: door.configuration.maximumFrameBytes)
        builder = RecordBatchBuilder(source: door.source)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        channel = context.channel
    }

    /// A connection that never became active (closed within the initialiser) has no `channelInactive`.
    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        door.metrics.bytes.add(buffer.readableBytes)
        if unread != nil {
            unread?.writeBuffer(&buffer)
        } else {
            frame(buffer)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if held == nil { _ = handOver() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // While we do not read, the silence is ours.
        if let idle = event as? IdleStateHandler.IdleStateEvent, idle == .read {
            guard held == nil else { return }
            door.metrics.connectionsIdledOut.add(1)
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        door.logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    // MARK: - Framing

    private func frame(_ bytes: ByteBuffer) {
        var bytes = bytes
        let time = Timestamp.now()
        while held == nil, bytes.readableBytes > 0 {
            let taken = bytes.withUnsafeReadableBytes { framing.consume($0, into: &builder, at: time) }
            bytes.moveReaderIndex(forwardBy: taken)
            if builder.isFull { _ = handOver() }
        }
        if bytes.readableBytes > 0 { unread = bytes }
    }

    /// True unless the batch must wait.
    private func handOver() -> Bool {
        guard let batch = builder.finish() else { return true }
        if door.sink.offer(batch) {
            door.metrics.handedOver(batch)
            return true
        }
        held = batch
        door.metrics.pauses.add(1)
        setReading(false)
        waitForRoom(again: false)
        return false
    }

    private func setReading(_ isReading: Bool) {
        guard let channel, channel.isActive else { return }
        try? channel.syncOptions?.setOption(.autoRead, value: isReading)  // Fails only on a closed channel.
    }

    // MARK: - Waiting for room

    private func waitForRoom(again: Bool) {
        guard let loop = channel?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let resume: @Sendable () -> Void = {
            // Also when called back on the loop itself, within `whenRoom`: never from inside our own call.
            if again {
                loop.scheduleTask(in: Self.retryDelay) { bound.value.resume() }
            } else {
                loop.execute { bound.value.resume() }
            }
        }
        door.sink.whenRoom(for: door.source, resume)
    }

    private func resume() {
        guard let batch = held else { return }
        guard door.sink.offer(batch) else { return waitForRoom(again: true) }
        door.metrics.handedOver(batch)
        held = nil
        if let rest = unread {
            unread = nil
            frame(rest)
        }
        guard held == nil, handOver() else { return }
        if hasEnded { finish() } else { setReading(true) }
    }

    // MARK: - The end of the connection

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        guard held == nil else {
            let loop = channel?.eventLoop
            let bound = loop.map { NIOLoopBound(self, eventLoop: $0) }
            loop?.scheduleTask(in: Self.patience) { bound?.value.giveUp() }
            return
        }
        finish()
    }

    private func finish() {
        framing.finish(into: &builder, at: .now())
        guard handOver() else { return }
        done()
    }

    /// The sink had no room for so long that it will have none: what was read is lost, and counted.
    private func giveUp() {
        guard !isDone else { return }
        var lost = held?.records.count ?? 0
        held = nil
        while let rest = unread {
            unread = nil
            var bytes = rest
            while bytes.readableBytes > 0 {
                let taken = bytes.withUnsafeReadableBytes { framing.consume($0, into: &builder, at: .now()) }
                bytes.moveReaderIndex(forwardBy: taken)
                lost += builder.finish()?.records.count ?? 0
            }
        }
        framing.finish(into: &builder, at: .now())
        lost += builder.finish()?.records.count ?? 0
        door.sink.dropped(lost, reason: .queueFull, source: door.source)
        door.metrics.dropped.add(lost)
        door.logger.error("records of a closed connection lost: no room for them", metadata: ["records": "\(lost)"])
        done()
    }

    private func done() {
        guard !isDone else { return }
        isDone = true
        handedOn.succeed()
    }
}
