public import EventModel

/// The outbox, for the dispatcher: at least once, under one id.
extension StoreWriter {
    /// An endpoint's pending deliveries whose time has come, the longest waiting first; none if it is disabled. Of one finding
    /// only the oldest is given, so that a receiver sees a finding's states in order.
    public func dueDeliveries(endpoint: String, now: Timestamp, limit: Int) throws -> [DueDelivery] {
        try perform { try Outbox.due($0, endpoint: endpoint, now: now, limit: limit) }
    }

    /// When the endpoint's next delivery becomes due after `now`; nil if there is none.
    public func nextDeliveryDue(endpoint: String, after now: Timestamp) throws -> Timestamp? {
        try perform { try Outbox.nextDue($0, endpoint: endpoint, after: now) }
    }

    /// The receiver took it (D3). False if it was not pending.
    /// - Parameter receipt: what it answered.
    @discardableResult
    public func markDelivered(_ id: String, at time: Timestamp, receipt: String? = nil) throws -> Bool {
        try perform { try Outbox.settle($0, id: id, state: .delivered, deliveredAt: time, receipt: receipt) }
    }

    /// The attempt failed; the next one is at `time`. False if it was not pending.
    @discardableResult
    public func retryDelivery(_ id: String, at time: Timestamp, error: String) throws -> Bool {
        try perform {
            try Outbox.settle($0, id: id, state: .pending, nextAt: time, error: error)
        }
    }

    /// Gives up. False if it was not pending.
    @discardableResult
    public func abandonDelivery(_ id: String, error: String) throws -> Bool {
        try perform {
            try Outbox.settle($0, id: id, state: .dead, error: error)
        }
    }

    /// Sends nothing more to an endpoint (its receiver answered 410). What it is owed stays pending.
    public func disableEndpoint(_ name: String, reason: String, at time: Timestamp) throws {
        try perform {
            try $0.run(
                "INSERT OR REPLACE INTO endpoints VALUES (?, ?, ?)", [.text(name), .integer(time.microseconds), .text(reason)])
        }
    }

    /// Endpoints that do not get what they are owed.
    public func endpointTroubles() throws -> EndpointTroubles {
        try perform { EndpointTroubles(dead: try Outbox.deadCounts($0), disabled: try Outbox.disabled($0)) }
    }

    /// How the outbox stands, by endpoint.
    public func outboxStats() throws -> [OutboxStats] {
        try perform { try Outbox.stats($0) }
    }
}
