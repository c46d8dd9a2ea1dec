import EventModel
import Logging
import NIOCore

/// Gathers datagrams into batches: handed on when full, or 20 ms after the first.
final class SyslogDatagramHandler: ChannelInboundHandler, HandOverOwner {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// Few enough for nobody to notice, many enough for a batch to fill: at 25,000 datagrams a second it does.
    private static let lingering = TimeAmount.milliseconds(20)

    private let door: SyslogDoor
    private let handOver: BatchHandOver
    private var builder: RecordBatchBuilder
    private var flushing: Scheduled<Void>?
    private var hasEnded = false
    private var done: EventLoopPromise<Void>?
    /// Whether datagrams may wait in the kernel: only if it tells how many of them it drops.
    var canPause = false

    init(_ door: SyslogDoor) {
        self.door = door
        handOver = BatchHandOver(door)
        builder = RecordBatchBuilder(source: door.source)
    }

    /// Succeeds when the socket is closed and everything read is handed on, or counted as lost.
    var handedOn: EventLoopFuture<Void> {
        guard let done else { preconditionFailure("asked for before the handler was added") }
        return done.futureResult
    }

    func handlerAdded(context: ChannelHandlerContext) {
        handOver.attach(to: context.channel)
        done = context.eventLoop.makePromise()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data).data
        door.metrics.bytes.add(datagram.readableBytes)
        datagram.withUnsafeReadableBytes { bytes in
            let record = Terminators.trimmed(bytes)
            let limit = door.configuration.maximumFrameBytes
            if record.count > limit {
                builder.append(UnsafeRawBufferPointer(rebasing: record[..<limit]), flaw: .truncated, at: .now())
            } else if record.count > 0 {
                builder.append(record, at: .now())
            }
        }
        if builder.isFull, !handOver.isWaiting { handOn() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard flushing == nil, !handOver.isWaiting, !builder.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        flushing = context.eventLoop.scheduleTask(in: Self.lingering) { bound.value.flush() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // On an unconnected socket a failed read tells nothing about the next one.
        door.logger.warning("reading datagrams failed", metadata: ["error": "\(error)"])
    }

    private func flush() {
        flushing = nil
        if !handOver.isWaiting { handOn() }
    }

    private func handOn() {
        flushing?.cancel()
        flushing = nil
        guard let batch = builder.finish() else { return }
        if canPause || hasEnded {
            _ = handOver.handOver(batch, for: self)
        } else if door.sink.offer(batch) {
            door.metrics.handedOver(batch)
        } else {
            lose(batch)
        }
    }

    private func lose(_ batch: RecordBatch) {
        door.sink.dropped(batch.records.count, reason: .queueFull, source: door.source)
        door.metrics.dropped.add(batch.records.count)
    }

    func roomCame() {
        handOn()
        guard !handOver.isWaiting else { return }
        if hasEnded { finish() } else { handOver.setReading(true) }
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if !handOver.isWaiting { handOn() }
        if handOver.isWaiting { handOver.awaitRoom(for: self) } else { finish() }
    }

    func giveUp() {
        if let batch = handOver.takeHeld() { lose(batch) }
        if let batch = builder.finish() { lose(batch) }
        finish()
    }

    private func finish() {
        done?.succeed()
    }
}
