import NIOCore

/// Whoever reads frames and can tell how the open one gets on.
protocol FrameWatcher: AnyObject {
    /// Called on the loop.
    func checkProgress(_ context: ChannelHandlerContext)
}

/// Asks from time to time whether the open frame of a connection gets on: a timer exists only while a frame is open, at most one
/// a connection.
struct FrameWatch {
    var progress: FrameProgress
    private let grace: TimeAmount
    private var isSet = false

    init(grace: TimeAmount) {
        self.grace = grace
        progress = FrameProgress(grace: grace)
    }

    /// To be told after each read. The watcher is asked a grace after the frame was first seen unfinished.
    mutating func note(frame: Int?, _ context: ChannelHandlerContext, _ watcher: any FrameWatcher) {
        progress.note(frame: frame, at: .now())
        guard frame != nil, !isSet else { return }
        isSet = true
        let bound = NIOLoopBound((watcher, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: grace) { bound.value.0.checkProgress(bound.value.1) }
    }

    /// To be asked when `checkProgress` is called.
    mutating func isTooSlow(bytes: Int) -> Bool {
        isSet = false
        return progress.deadline(bytes: bytes).map { $0 <= .now() } ?? false
    }
}
