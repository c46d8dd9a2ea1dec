import Dispatch

/// Runs an actor's jobs one after the other on a queue of its own, so that a connection's blocking calls (fsync, reads) never
/// occupy a thread of Swift's cooperative pool.
package final class ConnectionExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: name of the queue, shown by debuggers.
    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
