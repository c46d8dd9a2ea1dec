import EventModel
import Logging
import NIOCore

/// Speaks RELP on one connection: hands its messages on, and answers each when it is stored.
///
/// Reads nothing while the sink is full, while too many messages wait for their answers, and while the peer does not read them.
/// What was not answered when the connection ends is the sender's to repeat, so nothing of it counts as lost.
final class RelpHandler: ChannelInboundHandler, HandOverOwner, FrameWatcher {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let door: SyslogDoor
    private let handedOn: EventLoopPromise<Void>
    private let handOver: BatchHandOver
    private var framing: RelpFraming
    private var session = RelpSession()
    private var builder: RecordBatchBuilder
    private var watch: FrameWatch
    /// Read from the socket while we had to wait, not framed yet.
    private var unread: ByteBuffer?
    private var context: ChannelHandlerContext?
    private var isReading = true
    private var isClosing = false
    private var hasEnded = false
    private var isDone = false

    init(_ door: SyslogDoor, handedOn: EventLoopPromise<Void>) {
        self.door = door
        self.handedOn = handedOn
        handOver = BatchHandOver(door)
        framing = RelpFraming(maximumDataBytes: door.configuration.maximumFrameBytes)
        builder = RecordBatchBuilder(source: door.source)
        watch = FrameWatch(grace: TimeAmount(door.configuration.frameGrace))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        handOver.attach(to: context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        door.metrics.bytes.add(buffer.readableBytes)
        guard session.isTaking else { return }
        if unread != nil {
            unread?.writeBuffer(&buffer)
        } else {
            take(buffer)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        handOn()
        goOn()
        noteProgress(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        goOn()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        // While we do not read, or owe answers, the silence is ours.
        case let idle as IdleStateHandler.IdleStateEvent where idle == .read:
            guard isReading, session.unanswered == 0 else { return }
            door.metrics.connectionsIdledOut.add(1)
            session.close()
            goOn()
        case is ChannelShouldQuiesceEvent: quiesce(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        door.logger.debug("connection failed", metadata: door.metadata(of: context.channel, ["error": "\(error)"]))
        context.close(promise: nil)
    }

    // MARK: - Messages

    private var mayTake: Bool {
        !handOver.isWaiting && session.isTaking && session.hasRoom && (context?.channel.isWritable ?? false)
    }

    private func take(_ bytes: ByteBuffer) {
        var bytes = bytes
        let time = Timestamp.now()
        while bytes.readableBytes > 0, mayTake {
            do throws(RelpViolation) {
                try takeFrames(&bytes, at: time)
            } catch {
                return breakOff(error)
            }
            if builder.isFull || session.gathered >= RecordBatchBuilder.maximumRecords { handOn() }
        }
        if bytes.readableBytes > 0, session.isTaking { unread = bytes }
    }

    private func takeFrames(_ bytes: inout ByteBuffer, at time: Timestamp) throws(RelpViolation) {
        let view = bytes
        var taken = 0
        defer { bytes.moveReaderIndex(forwardBy: taken) }
        let violation = view.withUnsafeReadableBytes { raw -> RelpViolation? in
            do throws(RelpViolation) {
                while !builder.isFull, session.gathered < RecordBatchBuilder.maximumRecords, mayTake,
                    let frame = try framing.next(in: raw, from: &taken)
                {
                    let refused = framing.withData(of: raw) { data -> RelpViolation? in
                        do throws(RelpViolation) {
                            try session.take(frame, data, into: &builder, at: time)
                            return nil
                        } catch {
                            return error
                        }
                    }
                    if let refused { throw refused }
                }
                return nil
            } catch {
                return error
            }
        }
        if let violation { throw violation }
    }

    private func breakOff(_ violation: RelpViolation) {
        if let context {
            door.refuse(violation == .tooLong ? .tooLarge : .malformed, violation.explanation, context.channel)
        }
        session.close()
        handOn()
        goOn()
    }

    /// Hands the gathered messages on; their answers wait for the receipt.
    private func handOn() {
        guard !handOver.isWaiting else { return }
        let number = session.sealBatch()
        var progress = BatchProgress()
        if let number, let loop = context?.eventLoop {
            let bound = NIOLoopBound(self, eventLoop: loop)
            progress.receipt = Receipt { outcome in
                loop.execute { bound.value.told(number, outcome) }
            }
        }
        guard let batch = builder.finish(progress) else { return }
        _ = handOver.handOver(batch, for: self)
    }

    private func told(_ batch: Int, _ outcome: Receipt.Outcome) {
        guard !hasEnded else { return }
        switch outcome {
        case .stored: session.stored(batch)
        case .lost:
            door.logger.debug("messages were not stored; the sender is to repeat them")
            session.lost(batch)
        }
        goOn()
    }

    func roomCame() {
        guard !hasEnded else { return finish() }
        handOn()
        goOn()
    }

    /// Sends what is due, takes what waits, and reads or stops reading.
    private func goOn() {
        guard !hasEnded, let context else { return }
        send(context)
        while let rest = unread, mayTake {
            unread = nil
            take(rest)
            handOn()
            send(context)
        }
        if session.isOver, !isClosing {
            isClosing = true
            send(context)
            context.close(promise: nil)
        }
        let reads = mayTake
        if reads != isReading {
            isReading = reads
            if reads { watch.progress.restart(at: .now()) }
            handOver.setReading(reads)
        }
    }

    private func send(_ context: ChannelHandlerContext) {
        let output = session.takeOutput()
        if !output.isEmpty {
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: output)), promise: nil)
        }
    }

    // MARK: - A frame that does not get on

    private func noteProgress(_ context: ChannelHandlerContext) {
        let open = framing.openBytes > 0 ? framing.endedFrames : nil
        watch.note(frame: open, context, self)
    }

    func checkProgress(_ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        if !isReading { watch.progress.restart(at: .now()) }
        guard watch.isTooSlow(bytes: framing.openBytes) else { return noteProgress(context) }
        door.refuse(.timeout, "a frame did not come to its end", context.channel)
        session.close()
        goOn()
    }

    // MARK: - The end of the connection

    /// Nothing more is taken. What was handed on is answered as long as there is patience.
    private func quiesce(_ context: ChannelHandlerContext) {
        session.close()
        unread = nil
        goOn()
        guard !isClosing else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: BatchHandOver.patience) { bound.value.close(promise: nil) }
    }

    private func end() {
        guard !hasEnded else { return }
        handOn()
        hasEnded = true
        context = nil
        unread = nil
        if !handOver.isWaiting { finish() }
        if !isDone { handOver.awaitRoom(for: self) }
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        handedOn.succeed()
    }

    /// Never answered, so the sender has them: they were turned away, not lost.
    func giveUp() {
        if let batch = handOver.takeHeld() { door.sink.refused(batch.records.count, reason: .busy, source: door.source) }
        finish()
    }
}
