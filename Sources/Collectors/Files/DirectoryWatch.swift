import Dispatch

#if canImport(Glibc)
import Glibc
#endif

/// Wakes the reader of a file when its directory changes (inotify(7)), and every poll interval in any case: network file systems
/// tell nothing, and the kernel's queue of events may overflow.
///
/// @unchecked Sendable: all is set in `init`; Dispatch sources may be used from any thread, and do not say so in their types.
final class DirectoryWatch: @unchecked Sendable {
    /// One element for any number of changes since the last.
    let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let timer: any DispatchSourceTimer
    private let events: (any DispatchSourceRead)?

    init(directory: FileDirectory, pollInterval: Duration) {
        let (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let queue = DispatchQueue(label: "watch.\(directory.base)")
        let notifier = Inotify(directory: directory)
        let events = notifier.map { DispatchSource.makeReadSource(fileDescriptor: $0.descriptor, queue: queue) }
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let nanoseconds = max(1_000_000, Int(pollInterval / .nanoseconds(1)))
        timer.schedule(deadline: .now(), repeating: .nanoseconds(nanoseconds), leeway: .milliseconds(20))
        timer.setEventHandler {
            notifier?.watchAgain()
            wake.yield()
        }
        events?.setEventHandler {
            if notifier?.drain() == true { wake.yield() }
        }
        events?.setCancelHandler { notifier?.close() }
        timer.activate()
        events?.activate()
        self.wakeUps = wakeUps
        self.wake = wake
        self.timer = timer
        self.events = events
    }

    deinit {
        stop()
    }

    /// Ends `wakeUps`.
    func stop() {
        timer.cancel()
        events?.cancel()
        wake.finish()
    }
}
