public import EventModel

/// A webhook delivery that is due.
public struct DueDelivery: Sendable, Equatable {
    /// `webhook-id`: the same at every attempt.
    public var id: String
    public var endpoint: String
    /// What is delivered in order.
    public var thread: String
    public var body: String
    public var contentType: String
    /// What is appended to the endpoint's URL.
    public var path: String
    /// Attempts made so far.
    public var attempts: Int
    public var createdAt: Timestamp

    public init(
        id: String, endpoint: String, thread: String, body: String, contentType: String = NewDelivery.json, path: String = "",
        attempts: Int, createdAt: Timestamp
    ) {
        self.id = id
        self.endpoint = endpoint
        self.thread = thread
        self.body = body
        self.contentType = contentType
        self.path = path
        self.attempts = attempts
        self.createdAt = createdAt
    }
}

/// What became of a delivery.
public enum DeliveryState: String, Sendable, CaseIterable {
    /// Owed: not sent yet, or waiting for its next attempt.
    case pending
    case delivered
    /// Given up.
    case dead
}

/// A delivery as people look at it.
public struct DeliveryRecord: Sendable, Equatable {
    public var id: String
    public var endpoint: String
    public var thread: String
    public var state: DeliveryState
    public var attempts: Int
    /// When it is tried again, if it is pending.
    public var nextAt: Timestamp
    public var lastError: String?
    public var createdAt: Timestamp
    public var deliveredAt: Timestamp?
    /// What the receiver answered when it took it; nil before, and for deliveries of earlier versions.
    public var receipt: String?
}

/// Which deliveries to list.
public struct DeliveryFilter: Sendable, Equatable {
    public var id: String?
    public var endpoint: String?
    public var state: DeliveryState?
    /// Owed since.
    public var since: Timestamp?
    public var limit = 100

    public init() {}
}

/// Endpoints that do not get what they are owed.
public struct EndpointTroubles: Sendable, Equatable {
    /// Deliveries that were given up, by endpoint.
    public var dead: [String: Int]
    /// Why nothing is sent to it, by endpoint.
    public var disabled: [String: String]

    public init(dead: [String: Int] = [:], disabled: [String: String] = [:]) {
        self.dead = dead
        self.disabled = disabled
    }
}

/// One endpoint's share of the outbox.
public struct OutboxStats: Sendable, Equatable {
    public var endpoint: String
    public var pending = 0
    public var delivered = 0
    public var dead = 0
    /// When the oldest delivery that is still pending was owed.
    public var oldestPending: Timestamp?
    /// Why nothing is sent to it any more; nil for an endpoint that is served.
    public var disabledReason: String?

    public init(endpoint: String) { self.endpoint = endpoint }
}
