import Synchronization

/// The bytes that all requests together may hold in memory. Who gets none asks the sender to come again.
final class MemoryBudget: Sendable {
    private let limit: Int
    private let taken = Mutex(0)

    init(_ limit: Int) { self.limit = limit }

    /// Bytes that requests hold now.
    var used: Int { taken.withLock { $0 } }

    func take(_ bytes: Int) -> Bool {
        taken.withLock { taken in
            guard bytes <= limit - taken else { return false }
            taken += bytes
            return true
        }
    }

    func give(_ bytes: Int) {
        taken.withLock { $0 -= bytes }
    }
}
