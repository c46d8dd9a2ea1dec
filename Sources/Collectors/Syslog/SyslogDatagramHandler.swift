import EventModel
import Logging
import NIOCore

/// Gathers datagrams into batches: handed on when full, or 20 ms after the first.
final class SyslogDatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// Few enough for nobody to notice, many enough for a batch to fill: at 25,000 datagrams a second it does.
    private static let lingering = TimeAmount.milliseconds(20)
    /// How long a batch waits for room after the socket was closed, before it is counted as lost.
    private static let patience = TimeAmount.seconds(30)
    private static let retryDelay = TimeAmount.milliseconds(5)

    private let door: SyslogDoor
    private var builder: RecordBatchBuilder
    private var held: RecordBatch?
    private var flushing: Scheduled<Void>?
    private var hasEnded = false
    private var done: EventLoopPromise<Void>?
    private var channel: (any Channel)?
    /// Whether datagrams may wait in the kernel: only if it tells how many of them it drops.
    var canPause = false

    init(_ door: SyslogDoor) {
        self.door = door
        builder = RecordBatchBuilder(source: door.source)
    }

    /// Succeeds when the socket is closed and everything read is handed on, or counted as lost.
    var handedOn: EventLoopFuture<Void> {
        guard let done else { preconditionFailure("asked for before the handler was added") }
        return done.futureResult
    }

    func handlerAdded(context: ChannelHandlerContext) {
        channel = context.channel
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
        if builder.isFull, held == nil { handOver() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard flushing == nil, held == nil, !builder.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        flushing = context.eventLoop.scheduleTask(in: Self.lingering) { bound.value.flush() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // On an unconnected socket a failed read tells nothing about the next one.
        door.logger.warning("reading datagrams failed", metadata: ["error": "\(error)"])
    }

    private func flush() {
        flushing = nil
        if held == nil { handOver() }
    }

    private func handOver() {
        flushing?.cancel()
        flushing = nil
        guard let batch = builder.finish() else { return }
        if door.sink.offer(batch) {
            door.metrics.handedOver(batch)
        } else if canPause || hasEnded {
            held = batch
            door.metrics.pauses.add(1)
            setReading(false)
            waitForRoom(again: false)
        } else {
            lose(batch)
        }
    }

    private func lose(_ batch: RecordBatch) {
        door.sink.dropped(batch.records.count, reason: .queueFull, source: door.source)
        door.metrics.dropped.add(batch.records.count)
    }

    private func setReading(_ isReading: Bool) {
        guard let channel, channel.isActive else { return }
        try? channel.syncOptions?.setOption(.autoRead, value: isReading)  // Fails only on a closed channel.
    }

    private func waitForRoom(again: Bool) {
        guard let loop = channel?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        door.sink.whenRoom(for: door.source) {
            if again {
                loop.scheduleTask(in: Self.retryDelay) { bound.value.resume() }
            } else {
                loop.execute { bound.value.resume() }
            }
        }
    }

    private func resume() {
        guard let batch = held else { return }
        guard door.sink.offer(batch) else { return waitForRoom(again: true) }
        door.metrics.handedOver(batch)
        held = nil
        handOver()
        guard held == nil else { return }
        if hasEnded { finish() } else { setReading(true) }
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if held == nil { handOver() }
        guard held != nil else { return finish() }
        guard let loop = channel?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: Self.patience) { bound.value.giveUp() }
    }

    private func giveUp() {
        if let batch = held { lose(batch) }
        held = nil
        if let batch = builder.finish() { lose(batch) }
        finish()
    }

    private func finish() {
        done?.succeed()
    }
}
