import Synchronization

/// A collector's claim on an answer: what became of a batch. It is told once, from any thread.
///
/// `stored` is told after the commit that holds the records and never before it, so a sender may forget them. A receipt that is
/// let go without a word (the daemon stops, the batch never came to a commit) tells `lost`.
public final class Receipt: Sendable {
    public enum Outcome: Sendable, Equatable {
        /// Every record of the batch is in the store, or was there already.
        case stored
        /// The records did not reach the store; whoever sent them should send them again.
        case lost
    }

    private let tell: @Sendable (Outcome) -> Void
    private let isTold = Atomic(false)

    public init(_ tell: @escaping @Sendable (Outcome) -> Void) {
        self.tell = tell
    }

    deinit {
        if !isTold.load(ordering: .acquiring) { tell(.lost) }
    }

    /// The batch was committed. A second call does nothing.
    public func stored() {
        if !isTold.exchange(true, ordering: .acquiringAndReleasing) { tell(.stored) }
    }
}
