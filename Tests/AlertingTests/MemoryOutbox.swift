import Alerting
import EventModel
import Synchronization

/// An outbox in memory that keeps `AlertSource`'s contract, and lets a test wait for what it is to contain.
final class MemoryOutbox: AlertSource {
    enum State: Equatable {
        case pending, delivered, dead
    }

    struct Entry {
        var delivery: PendingDelivery
        var dueAt: Timestamp
        var state = State.pending
        var errors: [String] = []
    }

    private struct Waiter {
        var isMet: ([Entry]) -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct Contents {
        var entries: [Entry] = []
        var disabled: Set<String> = []
        var waiters: [Waiter] = []
        var failuresLeft = 0
    }

    struct Unavailable: Error {}

    private let contents = Mutex(Contents())
    private let stream = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    var entries: [Entry] { contents.withLock { $0.entries } }
    var disabled: Set<String> { contents.withLock { $0.disabled } }

    func entry(_ id: String) -> Entry? { entries.first { $0.delivery.id == id } }

    /// Lets the next writes fail.
    func failWrites(_ count: Int) { contents.withLock { $0.failuresLeft = count } }

    func add(
        _ id: String, endpoint: String = "hook", finding: String? = nil, body: String = "{}",
        contentType: String = NewDelivery.json, at time: Timestamp
    ) {
        contents.withLock { contents in
            let delivery = PendingDelivery(
                id: id, endpoint: endpoint, thread: finding ?? id, body: body, contentType: contentType, failedAttempts: 0,
                createdAt: time)
            contents.entries.append(Entry(delivery: delivery, dueAt: time))
        }
        stream.continuation.yield()
    }

    /// Waits until the condition holds; false if it does not within `seconds`.
    func wait(seconds: Int = 30, until isMet: @escaping @Sendable ([Entry]) -> Bool) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await withCheckedContinuation { continuation in
                    self.change { $0.waiters.append(Waiter(isMet: isMet, continuation: continuation)) }
                }
                return true
            }
            group.addTask {
                // Cancelled when the condition holds.
                try? await Task.sleep(for: .seconds(seconds))
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            if !first { giveUpWaiting() }
            return first
        }
    }

    /// Lets every waiter go, so that its task can end.
    private func giveUpWaiting() {
        change { contents in
            contents.waiters = contents.waiters.map { Waiter(isMet: { _ in true }, continuation: $0.continuation) }
        }
    }

    private func change(_ body: (inout Contents) -> Void) {
        let met = contents.withLock { contents in
            body(&contents)
            let met = contents.waiters.filter { $0.isMet(contents.entries) }
            contents.waiters.removeAll { $0.isMet(contents.entries) }
            return met.map(\.continuation)
        }
        for continuation in met { continuation.resume() }
    }

    private func update(_ id: String, _ body: (inout Entry) -> Void) throws {
        var failed = false
        change { contents in
            if contents.failuresLeft > 0 {
                contents.failuresLeft -= 1
                failed = true
                return
            }
            guard let index = contents.entries.firstIndex(where: { $0.delivery.id == id }) else { return }
            body(&contents.entries[index])
        }
        if failed { throw Unavailable() }
    }

    // MARK: AlertSource

    func due(endpoint: String, now: Timestamp, limit: Int) async throws -> [PendingDelivery] {
        contents.withLock { contents in
            if contents.disabled.contains(endpoint) { return [] }
            let due = heads(contents.entries, endpoint).filter { $0.dueAt <= now }.sorted { $0.dueAt < $1.dueAt }
            return due.prefix(limit).map(\.delivery)
        }
    }

    func nextDue(endpoint: String, after now: Timestamp) async throws -> Timestamp? {
        contents.withLock { contents in
            if contents.disabled.contains(endpoint) { return nil }
            return heads(contents.entries, endpoint).map(\.dueAt).filter { $0 > now }.min()
        }
    }

    private func heads(_ entries: [Entry], _ endpoint: String) -> [Entry] {
        var seen: Set<String> = []
        return entries.filter { entry in
            entry.delivery.endpoint == endpoint && entry.state == .pending && seen.insert(entry.delivery.thread).inserted
        }
    }

    func delivered(id: String, at time: Timestamp, receipt: String) async throws { try update(id) { $0.state = .delivered } }

    func retry(id: String, at time: Timestamp, error: String) async throws {
        try update(id) { entry in
            entry.dueAt = time
            entry.delivery.failedAttempts += 1
            entry.errors.append(error)
        }
    }

    func dead(id: String, at time: Timestamp, error: String) async throws {
        try update(id) { entry in
            entry.state = .dead
            entry.errors.append(error)
        }
    }

    func disable(endpoint: String, at time: Timestamp, reason: String) async throws {
        change { _ = $0.disabled.insert(endpoint) }
    }

    func wakeups() -> AsyncStream<Void> { stream.stream }
}
