public import EventModel

/// A delivery that waits for its next attempt.
public struct PendingDelivery: Sendable, Equatable {
    /// `webhook-id`: the same for every attempt, before and after a restart.
    public var id: String
    /// Name of the endpoint in the configuration.
    public var endpoint: String
    /// What is delivered in order.
    public var thread: String
    public var body: String
    public var contentType: String
    /// What is appended to the endpoint's URL.
    public var path: String
    /// How many attempts have failed so far.
    public var failedAttempts: Int
    public var createdAt: Timestamp

    public init(
        id: String, endpoint: String, thread: String, body: String, contentType: String = NewDelivery.json, path: String = "",
        failedAttempts: Int, createdAt: Timestamp
    ) {
        self.id = id
        self.endpoint = endpoint
        self.thread = thread
        self.body = body
        self.contentType = contentType
        self.path = path
        self.failedAttempts = failedAttempts
        self.createdAt = createdAt
    }
}

/// The outbox as the dispatcher sees it. Every change is durable when its call returns.
///
/// A delivery that was sent and not yet marked when the process ends is due again at the next start: receivers see it twice under
/// one `webhook-id`, never not at all.
public protocol AlertSource: Sendable {
    /// Deliveries of that endpoint whose time has come, the one waiting longest first, at most `limit`.
    ///
    /// Of one thread only the oldest delivery that is neither delivered nor dead may be among them: that keeps their order.
    /// Nothing of an endpoint that is disabled.
    func due(endpoint: String, now: Timestamp, limit: Int) async throws -> [PendingDelivery]

    /// When the next delivery of that endpoint becomes due after `now`; nil if none waits.
    func nextDue(endpoint: String, after now: Timestamp) async throws -> Timestamp?

    /// The receiver took it, and answered so.
    func delivered(id: String, at time: Timestamp, receipt: String) async throws

    /// One more attempt failed; the next is due at `time`.
    func retry(id: String, at time: Timestamp, error: String) async throws

    /// No further attempt will be made; the delivery is kept for people to see and replay.
    func dead(id: String, at time: Timestamp, error: String) async throws

    /// The receiver wants nothing any more (410). What waits for it is kept until a person enables it again.
    func disable(endpoint: String, at time: Timestamp, reason: String) async throws

    /// Yields whenever deliveries were committed, or an endpoint was enabled. Asked for once.
    func wakeups() -> AsyncStream<Void>
}
