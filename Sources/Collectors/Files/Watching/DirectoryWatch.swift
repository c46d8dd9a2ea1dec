import Dispatch

/// Wakes the reader of files when their directories change (inotify(7)), and every poll interval in any case: network file
/// systems tell nothing, and the kernel's queue of events may overflow.
///
/// @unchecked Sendable: all is set in `init`; Dispatch sources may be used from any thread, and do not say so in their types; the
/// inotify descriptor is used on `queue` alone.
final class DirectoryWatch: @unchecked Sendable {
    /// One element for any number of changes since the last.
    let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let queue: DispatchQueue
    private let timer: any DispatchSourceTimer
    private let notifier: Inotify?
    private let events: (any DispatchSourceRead)?

    init(label: String, pollInterval: Duration, changes: FileChanges) {
        let (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let queue = DispatchQueue(label: "watch.\(label)")
        let notifier = Inotify()
        let events = notifier.map { DispatchSource.makeReadSource(fileDescriptor: $0.descriptor, queue: queue) }
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let nanoseconds = max(1_000_000, Int(pollInterval / .nanoseconds(1)))
        timer.schedule(deadline: .now(), repeating: .nanoseconds(nanoseconds), leeway: .milliseconds(20))
        timer.setEventHandler {
            changes.tick()
            wake.yield()
        }
        events?.setEventHandler {
            notifier?.drain(into: changes)
            wake.yield()
        }
        events?.setCancelHandler { notifier?.close() }
        timer.activate()
        events?.activate()
        self.wakeUps = wakeUps
        self.wake = wake
        self.queue = queue
        self.timer = timer
        self.notifier = notifier
        self.events = events
    }

    deinit {
        stop()
    }

    /// Watches these directories and no others, those that exist of them.
    func watch(_ directories: Set<FilePath>) {
        queue.async { [notifier] in notifier?.watch(directories) }
    }

    /// Ends `wakeUps`.
    func stop() {
        timer.cancel()
        events?.cancel()
        wake.finish()
    }
}
