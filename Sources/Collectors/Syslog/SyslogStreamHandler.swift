import EventModel
import Logging
import NIOCore

/// Frames one TCP connection's bytes and hands them on. While the sink is full it does not read, so that the kernel's window
/// closes and the sender waits.
///
/// At most one batch, one partial frame and the socket reads of one round are held for a connection.
final class SyslogStreamHandler: ChannelInboundHandler, HandOverOwner, FrameWatcher {
    typealias InboundIn = ByteBuffer

    private let door: SyslogDoor
    private let handedOn: EventLoopPromise<Void>
    private let handOver: BatchHandOver
    private var framing: SyslogFraming
    private var builder: RecordBatchBuilder
    private var watch: FrameWatch
    /// Read from the socket while a batch waited, not framed yet.
    private var unread: ByteBuffer?
    private var hasEnded = false
    private var isDone = false

    init(_ door: SyslogDoor, handedOn: EventLoopPromise<Void>) {
        self.door = door
        self.handedOn = handedOn
        handOver = BatchHandOver(door)
        framing = SyslogFraming(maximumFrameBytes: door.configuration.maximumFrameBytes)
        builder = RecordBatchBuilder(source: door.source)
        watch = FrameWatch(grace: TimeAmount(door.configuration.frameGrace))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        handOver.attach(to: context.channel)
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
        if !handOver.isWaiting { _ = handOn() }
        noteProgress(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        // While we do not read, the silence is ours.
        case let idle as IdleStateHandler.IdleStateEvent where idle == .read:
            guard !handOver.isWaiting else { return }
            door.metrics.connectionsIdledOut.add(1)
            context.close(promise: nil)
        case is ChannelShouldQuiesceEvent: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        door.logger.debug("connection failed", metadata: door.metadata(of: context.channel, ["error": "\(error)"]))
        context.close(promise: nil)
    }

    // MARK: - Framing

    private func frame(_ bytes: ByteBuffer) {
        var bytes = bytes
        let time = Timestamp.now()
        while !handOver.isWaiting, bytes.readableBytes > 0 {
            let taken = bytes.withUnsafeReadableBytes { framing.consume($0, into: &builder, at: time) }
            bytes.moveReaderIndex(forwardBy: taken)
            if builder.isFull { _ = handOn() }
        }
        if bytes.readableBytes > 0 { unread = bytes }
    }

    /// True unless the batch must wait.
    private func handOn() -> Bool {
        guard let batch = builder.finish() else { return true }
        return handOver.handOver(batch, for: self)
    }

    func roomCame() {
        if let rest = unread {
            unread = nil
            frame(rest)
        }
        guard !handOver.isWaiting, handOn() else { return }
        if hasEnded {
            finish()
        } else {
            watch.progress.restart(at: .now())
            handOver.setReading(true)
        }
    }

    // MARK: - A frame that does not get on

    private func noteProgress(_ context: ChannelHandlerContext) {
        let open = framing.openBytes > 0 ? framing.endedFrames : nil
        watch.note(frame: open, context, self)
    }

    func checkProgress(_ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        // While we do not read, it is us who are slow.
        if handOver.isWaiting { watch.progress.restart(at: .now()) }
        guard watch.isTooSlow(bytes: framing.openBytes) else { return noteProgress(context) }
        door.refuse(.timeout, "a frame did not come to its end", context.channel)
        context.close(promise: nil)
    }

    // MARK: - The end of the connection

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if !handOver.isWaiting { finish() }
        if !isDone { handOver.awaitRoom(for: self) }
    }

    private func finish() {
        framing.finish(into: &builder, at: .now())
        guard handOn() else { return }
        done()
    }

    /// The sink had no room for so long that it will have none: what was read is lost, and counted.
    func giveUp() {
        guard !isDone else { return }
        var lost = handOver.takeHeld()?.records.count ?? 0
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
