import Collectors
import Detection
public import EventModel
import Normaliser
public import Storage

/// Everything that the running daemon can say of itself: for the heartbeat, the metrics and whoever asks whether it is ready.
public struct StatusBoard: Sendable {
    public let readiness: Readiness
    public let startedAt: Timestamp
    let collectors: [any Collector]
    let doors: [String]
    let session: CorrelationSession
    let rules: CurrentRules
    let reloader: RuleReloader
    let expiry: ExpiryStatus
    let health: HealthStage
    let unknownTypes: UnknownEventTypes
    /// Name and depth of each queue.
    let queues: @Sendable () -> [DaemonStatus.Queue]
    let reader: StoreReader

    /// What the daemon and its store know at one moment.
    public struct Snapshot: Sendable {
        public var daemon: DaemonStatus
        public var ledger: [LedgerAccount]
        public var store: StoreSummary
        /// Stored events that are not yet correlated.
        public var lag: Int64
        public var outbox: [OutboxStats]

        package init(daemon: DaemonStatus, ledger: [LedgerAccount], store: StoreSummary, lag: Int64, outbox: [OutboxStats]) {
            self.daemon = daemon
            self.ledger = ledger
            self.store = store
            self.lag = lag
            self.outbox = outbox
        }
    }

    /// Reads the store, on a connection of its own.
    public func snapshot() async throws -> Snapshot {
        Snapshot(
            daemon: await daemon(), ledger: try await reader.ledger(), store: try await reader.summary(),
            lag: try await reader.correlationLag(), outbox: try await reader.outboxStats())
    }

    /// What only the daemon knows.
    func daemon() async -> DaemonStatus {
        var status = DaemonStatus(
            rules: rules.value.findingRules.count, reload: reloader.last, groups: await session.liveGroups, queues: queues(),
            sources: zip(collectors, doors).map { source($0, door: $1) })
        status.expiry = expiry.value
        status.unknownTypes = unknownTypes.counts
        status.storeProblem = readiness.storeProblem
        return status
    }

    private func source(_ collector: any Collector, door: String) -> DaemonStatus.SourceStatus {
        let health = health.health(of: collector.source.name)
        return DaemonStatus.SourceStatus(
            name: collector.source.name, door: door, collector: collector.status,
            lastReceived: health?.lastReceived?.microseconds, silentSince: health?.silentSince?.microseconds,
            isLosing: health?.isLosing ?? false)
    }
}
