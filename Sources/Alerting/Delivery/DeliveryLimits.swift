/// Bounds of the dispatcher.
public struct DeliveryLimits: Sendable, Equatable {
    /// Attempts at one endpoint at a time. Four keep a receiver with 100 ms latency at 40 deliveries a second.
    public var inFlightPerEndpoint: Int
    /// How long attempts that run may go on when the process is asked to stop; then they are interrupted and made again later.
    public var drainTime: Duration
    /// How long to wait before the outbox is asked again after it failed.
    public var outboxPause: Duration

    public init(inFlightPerEndpoint: Int = 4, drainTime: Duration = .seconds(5), outboxPause: Duration = .seconds(1)) {
        self.inFlightPerEndpoint = max(1, inFlightPerEndpoint)
        self.drainTime = drainTime
        self.outboxPause = outboxPause
    }
}
