import Alerting
import EventModel
import Storage

/// The store's outbox, as the dispatcher wants to see it.
struct OutboxSource: AlertSource {
    private let writer: StoreWriter
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(writer: StoreWriter) {
        self.writer = writer
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Deliveries were committed.
    func wake() { continuation.yield() }

    func wakeups() -> AsyncStream<Void> { stream }

    func due(endpoint: String, now: Timestamp, limit: Int) async throws -> [PendingDelivery] {
        try await writer.dueDeliveries(endpoint: endpoint, now: now, limit: limit).map {
            PendingDelivery(
                id: $0.id, endpoint: $0.endpoint, thread: $0.thread, body: $0.body, contentType: $0.contentType,
                path: $0.path, failedAttempts: $0.attempts, createdAt: $0.createdAt)
        }
    }

    func nextDue(endpoint: String, after now: Timestamp) async throws -> Timestamp? {
        try await writer.nextDeliveryDue(endpoint: endpoint, after: now)
    }

    func delivered(id: String, at time: Timestamp, receipt: String) async throws {
        _ = try await writer.markDelivered(id, at: time, receipt: receipt)
    }

    func retry(id: String, at time: Timestamp, error: String) async throws {
        _ = try await writer.retryDelivery(id, at: time, error: error)
    }

    func dead(id: String, at time: Timestamp, error: String) async throws {
        _ = try await writer.abandonDelivery(id, error: error)
    }

    func disable(endpoint: String, at time: Timestamp, reason: String) async throws {
        try await writer.disableEndpoint(endpoint, reason: reason, at: time)
    }
}
