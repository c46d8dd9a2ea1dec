public import Logging
public import ServiceLifecycle

/// Sends what the outbox owes to its receivers, and tells the outbox what became of it. At least once, under one id.
///
/// One worker an endpoint: a receiver that is slow or down holds up nobody else.
public actor AlertDispatcher: Service {
    private enum Part: Sendable {
        case worker, wakeups, shutdown, drained
    }

    private let source: any AlertSource
    private let workers: [EndpointWorker]
    private let limits: DeliveryLimits

    /// - Parameters:
    ///   - endpoints: the configured receivers. Deliveries for other names stay in the outbox.
    ///   - source: the outbox.
    ///   - transport: what makes the attempts.
    ///   - breaker: the state in which every endpoint's breaker begins.
    public init(
        endpoints: [AlertReceiver], source: any AlertSource, transport: AlertTransport, policy: RetryPolicy = RetryPolicy(),
        breaker: CircuitBreaker = CircuitBreaker(), limits: DeliveryLimits = DeliveryLimits(),
        clock: any DeliveryClock = SystemDeliveryClock(), logger: Logger
    ) {
        self.source = source
        self.limits = limits
        workers = endpoints.map { receiver in
            EndpointWorker(
                receiver: receiver, source: source, transport: transport, policy: policy, breaker: breaker, limits: limits,
                clock: clock, logger: logger)
        }
    }

    /// Runs until graceful shutdown, which lets attempts under way end within `drainTime`, or until cancelled.
    public func run() async throws {
        let workers = workers
        let wakeups = source.wakeups()
        let drainTime = limits.drainTime
        await withTaskGroup(of: Part.self) { group in
            for worker in workers {
                group.addTask {
                    await worker.run()
                    return .worker
                }
            }
            group.addTask {
                for await _ in wakeups {
                    for worker in workers { worker.look() }
                }
                return .wakeups
            }
            group.addTask {
                // Throws when cancelled, and then the workers are, too.
                try? await gracefulShutdown()
                return .shutdown
            }
            var running = workers.count
            for await part in group {
                switch part {
                case .worker: running -= 1
                case .wakeups: break
                case .shutdown:
                    for worker in workers { await worker.stop() }
                    group.addTask {
                        // Cancelled as soon as the last worker has ended.
                        try? await Task.sleep(for: drainTime)
                        return .drained
                    }
                case .drained: group.cancelAll()
                }
                // Without a worker there is nothing to wait for but the shutdown itself.
                if running == 0, part != .wakeups { group.cancelAll() }
            }
        }
    }
}
