import EventModel
import Logging

/// Delivers what waits for one endpoint: some at a time, of one thread one at a time, none while the breaker is open.
actor EndpointWorker {
    private let receiver: AlertReceiver
    private let source: any AlertSource
    private let transport: AlertTransport
    private let policy: RetryPolicy
    private let limits: DeliveryLimits
    private let clock: any DeliveryClock
    private let logger: Logger
    private let wake = WakeSignal()
    private var breaker: CircuitBreaker
    private var generator = SystemRandomNumberGenerator()
    /// Thread by delivery.
    private var inFlight: [String: String] = [:]
    private var isStopping = false

    init(
        receiver: AlertReceiver, source: any AlertSource, transport: AlertTransport, policy: RetryPolicy,
        breaker: CircuitBreaker, limits: DeliveryLimits, clock: any DeliveryClock, logger: Logger
    ) {
        self.receiver = receiver
        self.source = source
        self.transport = transport
        self.policy = policy
        self.breaker = breaker
        self.limits = limits
        self.clock = clock
        var logger = logger
        logger[metadataKey: "endpoint"] = "\(receiver.name)"
        self.logger = logger
    }

    /// Looks into the outbox again, soon. From any thread.
    nonisolated func look() { wake.signal() }

    /// Starts no further attempt.
    func stop() {
        isStopping = true
        wake.signal()
    }

    /// Runs until stopped or cancelled, and until the attempts under way have ended.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !isStopping, !Task.isCancelled {
                let nextLook = await startDue(in: &group)
                if isStopping || Task.isCancelled { break }
                await wake.wait(until: nextLook, clock: clock)
            }
        }
    }

    /// Starts what may start now. Returns when to look again if nothing happens before: nil for never.
    private func startDue(in group: inout DiscardingTaskGroup) async -> Timestamp? {
        let now = clock.now()
        let room = limits.inFlightPerEndpoint - inFlight.count
        guard room > 0 else { return nil }
        if let opensAt = breaker.opensAt, opensAt > now { return opensAt }
        do {
            // Those under way are still due by the outbox's books.
            let due = try await source.due(endpoint: receiver.name, now: now, limit: limits.inFlightPerEndpoint)
            var startable = due.filter { inFlight[$0.id] == nil && !inFlight.values.contains($0.thread) }
            if !startable.isEmpty {
                startable = Array(startable.prefix(breaker.permits(min(room, startable.count), now: now)))
            }
            for delivery in startable where inFlight[delivery.id] == nil && !inFlight.values.contains(delivery.thread) {
                inFlight[delivery.id] = delivery.thread
                group.addTask { await self.deliver(delivery) }
            }
            // With no room left only an attempt's end can change anything, and that wakes.
            if inFlight.count >= limits.inFlightPerEndpoint { return nil }
            return try await source.nextDue(endpoint: receiver.name, after: now)
        } catch {
            logger.error("the outbox cannot be read", metadata: ["error": "\(error)"])
            return now + limits.outboxPause.wholeMicroseconds
        }
    }

    private func deliver(_ delivery: PendingDelivery) async {
        let attempt = await transport.send(delivery, to: receiver, at: clock.now())
        let now = clock.now()
        note(attempt, now)
        if case .accepted(_, let missing?) = attempt {
            logger.warning("delivered, but not to everybody", metadata: ["delivery": "\(delivery.id)", "missing": "\(missing)"])
        }
        let number = delivery.failedAttempts + 1
        let decision = policy.decide(attempt, number: number, now: now, using: &generator)
        await record(decision, delivery, number, receipt: attempt.answer ?? "", now)
        inFlight[delivery.id] = nil
        wake.signal()
    }

    /// What the attempt says about the receiver's health.
    private func note(_ attempt: DeliveryAttempt, _ now: Timestamp) {
        switch attempt {
        case .response(let status, _, _):
            if status == 429 || status >= 500 || status < 200 { breaker.failed(now: now) } else { breaker.succeeded() }
        case .accepted, .postponed, .rejected: breaker.succeeded()
        case .failure: breaker.failed(now: now)
        case .refused, .interrupted: breaker.probeAbandoned(now: now)
        }
    }

    /// Writes the decision to the outbox; as long as that fails, again. Until then the delivery counts as under way.
    private func record(
        _ decision: RetryPolicy.Decision, _ delivery: PendingDelivery, _ number: Int, receipt: String, _ now: Timestamp
    ) async {
        while true {
            do {
                try await write(decision, delivery, number, receipt: receipt, now)
                return
            } catch {
                logger.error("the outbox cannot be written", metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
                if isStopping || Task.isCancelled { return }
                do {
                    try await clock.sleep(until: clock.now() + limits.outboxPause.wholeMicroseconds)
                } catch {
                    return
                }
            }
        }
    }

    private func write(
        _ decision: RetryPolicy.Decision, _ delivery: PendingDelivery, _ number: Int, receipt: String, _ now: Timestamp
    ) async throws {
        let metadata: Logger.Metadata = ["delivery": "\(delivery.id)", "attempt": "\(number)"]
        switch decision {
        case .leave: return
        case .delivered:
            try await source.delivered(id: delivery.id, at: now, receipt: receipt)
            logger.debug("delivered", metadata: metadata)
        case .retry(let time, let error):
            try await source.retry(id: delivery.id, at: time, error: error)
            logger.info("delivery failed and will be tried again", metadata: metadata.merging(["error": "\(error)"]) { $1 })
        case .dead(let error):
            try await source.dead(id: delivery.id, at: now, error: error)
            logger.info("delivery given up", metadata: metadata.merging(["error": "\(error)"]) { $1 })
        case .disable(let error):
            try await source.dead(id: delivery.id, at: now, error: error)
            try await source.disable(endpoint: receiver.name, at: now, reason: error)
            logger.info("the receiver wants no more deliveries: endpoint disabled", metadata: metadata)
        }
    }
}
