import EventModel
import NIOCore

/// Whoever reads a socket and goes on when the batch that waited has been taken. Called on the channel's loop.
protocol HandOverOwner: AnyObject {
    /// The batch that waited has been taken.
    func roomCame()
    /// A closed channel has waited for room in vain.
    func giveUp()
}

/// Hands the batches of one channel on. While the sink is full one batch is held and the channel is not read, so that what comes
/// next waits in the kernel, and over TCP at the sender.
///
/// Belongs to its channel's event loop. It outlives the channel for as long as a batch waits.
final class BatchHandOver {
    /// How long records of a closed channel wait for room, before they are given up.
    static let patience = TimeAmount.seconds(30)
    /// Between two offers when the sink says that there is room, and then has none.
    private static let retryDelay = TimeAmount.milliseconds(5)

    private let door: SyslogDoor
    private var held: RecordBatch?
    private var channel: (any Channel)?

    init(_ door: SyslogDoor) {
        self.door = door
    }

    func attach(to channel: any Channel) {
        self.channel = channel
    }

    /// Whether a batch waits for room.
    var isWaiting: Bool { held != nil }

    /// True if the sink took the batch. Else it is held, reading stops, and the owner is told when it has been taken; until then
    /// there is no other hand-over.
    func handOver(_ batch: RecordBatch, for owner: any HandOverOwner) -> Bool {
        precondition(held == nil, "one batch waits at a time")
        if door.sink.offer(batch) {
            door.metrics.handedOver(batch)
            return true
        }
        held = batch
        door.metrics.pauses.add(1)
        setReading(false)
        waitForRoom(owner, again: false)
        return false
    }

    func setReading(_ isReading: Bool) {
        guard let channel, channel.isActive else { return }
        try? channel.syncOptions?.setOption(.autoRead, value: isReading)  // Fails only on a closed channel.
    }

    /// The channel is closed and a batch waits: the owner gives up when the patience is over.
    func awaitRoom(for owner: any HandOverOwner) {
        guard let loop = channel?.eventLoop else { return }
        let bound = NIOLoopBound(owner, eventLoop: loop)
        loop.scheduleTask(in: Self.patience) { bound.value.giveUp() }
    }

    /// The batch that waits, which is waited for no longer.
    func takeHeld() -> RecordBatch? {
        defer { held = nil }
        return held
    }

    private func waitForRoom(_ owner: any HandOverOwner, again: Bool) {
        guard let loop = channel?.eventLoop else { return }
        let bound = NIOLoopBound((self, owner), eventLoop: loop)
        let resume: @Sendable () -> Void = {
            // Also when called back on the loop itself, within `whenRoom`: never from inside our own call.
            if again {
                loop.scheduleTask(in: Self.retryDelay) { bound.value.0.offerAgain(bound.value.1) }
            } else {
                loop.execute { bound.value.0.offerAgain(bound.value.1) }
            }
        }
        door.sink.whenRoom(for: door.source, resume)
    }

    private func offerAgain(_ owner: any HandOverOwner) {
        guard let batch = held else { return }
        guard door.sink.offer(batch) else { return waitForRoom(owner, again: true) }
        door.metrics.handedOver(batch)
        held = nil
        owner.roomCame()
    }
}
