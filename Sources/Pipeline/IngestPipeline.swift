import Alerting
import Collectors
import Detection
import EventModel
import Foundation
import LocatedYAML
public import Logging
import Normaliser
public import ServiceLifecycle
import Storage
import UnixSignals

/// The daemon's stages, wired. Read `services` top to bottom, against the flow: what stands first is stopped last.
public struct IngestPipeline: Sendable {
    /// What waits for the writer and for the correlator: enough to keep both busy, little enough to bound memory.
    private static let storeQueue = (count: 256, bytes: 16 << 20)
    private static let correlateQueue = (count: 1_024, bytes: 32 << 20)

    /// What the daemon can say of itself.
    public let board: StatusBoard
    private let services: [any Service]
    private let transport: HTTPTransport
    private let writer: StoreWriter
    private let logger: Logger

    /// Reads mappings and rules, opens the store, and correlates what was stored and not yet correlated. Nothing listens yet.
    /// - Throws: `StartError`.
    public init(configuration: Configuration, logger: Logger) async throws {
        let setup = try DetectionSetup(configuration: configuration)
        let receivers = try RoutingSetup.receivers(configuration)
        let scenarios = try DrillSetup.scenarios(configuration)
        let sources = configuration.eventSources
        var limits = StoreLimits()
        limits.recentKeys = configuration.rememberedEvents
        let store = try Self.opening(configuration.data) {
            try EventStore(directory: configuration.data, catalog: setup.catalog, products: setup.products, limits: limits)
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let desk = try await NotificationDesk.restored(
            try RoutingSetup.router(configuration), receivers: receivers, writer: store.writer, now: .now())
        let risk = try await RiskDesk.restored(configuration.risk, writer: store.writer)
        let session = try await CorrelationRecovery.recover(
            store: store, rules: setup.ruleSet, desk: desk, risk: risk, sources: sources + [configuration.ownSource],
            lateness: configuration.largestLateness,
            shards: ShardCount(configured: configuration.correlationShards, cores: cores), logger: logger)

        let seed = store.writer.identity.keySeed
        let unknownTypes = UnknownEventTypes(setup.mappings)
        let learned = try await Self.learned(configuration, store.writer)
        let teachers = configuration.identity.teachers
        let makeNormaliser: @Sendable () -> Normaliser = {
            setup.normaliser(
                learned: learned, teachers: teachers, keySeed: (seed.high, seed.low), privacy: setup.privacy,
                unknownTypes: unknownTypes)
        }
        let ingest = IngestQueues(laneCount: max(1, cores - 1))
        let toStore = BoundedQueue<DetectedBatch>(
            limitCount: Self.storeQueue.count, limitCost: Self.storeQueue.bytes
        ) { $0.batch.footprint }
        let toCorrelate = BoundedQueue<CorrelationInput>(
            limitCount: Self.correlateQueue.count, limitCost: Self.correlateQueue.bytes
        ) { $0.footprint }
        let outbox = OutboxSource(writer: store.writer)
        var compaction = CompactionPolicy()
        compaction.retention = try setup.retention(configuration)
        let compactor = try Self.opening(configuration.data) {
            try Compactor(writer: store.writer, catalog: setup.catalog, products: setup.products, limits: limits)
        }
        let expiry = ExpiryStatus()
        let rules = CurrentRules(setup.ruleSet)
        let reloader = RuleReloader(
            configuration: configuration, setup: setup, current: rules, session: session, logger: logger)
        let doors = try await CollectorSetup(
            configuration: configuration, sources: sources, sink: ingest, writer: store.writer, logger: logger
        ).doors()
        let readiness = Readiness()
        let health = HealthStage(
            source: configuration.ownSource,
            limits: Dictionary(configuration.sources.map { ($0.name, $0.silentAfter) }) { first, _ in first },
            endpoints: receivers.map(\.name), writer: store.writer, ingest: ingest, logger: logger)
        let reader = try Self.opening(configuration.data) { try store.reader() }
        board = StatusBoard(
            readiness: readiness, startedAt: .now(), collectors: doors.collectors, doors: configuration.sources.map(\.door.text),
            session: session, rules: rules, reloader: reloader, expiry: expiry, health: health,
            unknownTypes: unknownTypes,
            queues: {
                ingest.lanes.enumerated().map { DaemonStatus.Queue(name: "lane \($0)", $1.depth) }
                    + [
                        DaemonStatus.Queue(name: "store", toStore.depth),
                        DaemonStatus.Queue(name: "correlate", toCorrelate.depth),
                    ]
            },
            reader: reader)
        transport = HTTPTransport()
        writer = store.writer
        self.logger = logger

        let drilling = scenarios.isEmpty
            ? []
            : [DrillStage(
                schedule: configuration.drills.entries, scenarios: scenarios, installation: configuration,
                reader: try Self.opening(configuration.data) { try store.reader() }, logger: logger)]
        let enriching = setup.enrichment.map { [EnrichmentStage(enrichment: $0, logger: logger)] } ?? []
        services =
            [
                AlertDispatcher(
                    endpoints: receivers, source: outbox, transport: AlertTransport(webhooks: transport),
                    policy: Self.policy(configuration), logger: logger),
                CorrelateStage(input: toCorrelate, session: session, wake: { outbox.wake() }, logger: logger),
                StoreStage(
                    input: toStore, output: toCorrelate, writer: store.writer, ingest: ingest, readiness: readiness,
                    learned: learned, logger: logger),
                IdentityStage(
                    writer: store.writer, learned: learned, capacity: configuration.identity.maximumAliases, logger: logger),
                CompactionStage(compactor: compactor, policy: compaction, expiry: expiry, logger: logger),
            ]
            + ingest.lanes.map { lane in
                LaneStage(input: lane, output: toStore, rules: rules, makeNormaliser: makeNormaliser)
            } + [
                HeartbeatStage(writer: store.writer, board: board, logger: logger),
                reloader,
                health,
            ] + enriching + doors.collectors + doors.shared + drilling
    }

    /// Runs until SIGTERM, SIGINT, or an error of a stage.
    /// - Parameter faces: services that show what the pipeline does; they are stopped first.
    public func run(faces: [any Service] = []) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                // An address in use ends the daemon, in order: a stage ends when its queue is finished, not when it is cancelled.
                services: (services + faces).map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        let result: Result<Void, any Error>
        do {
            result = .success(try await group.run())
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        do {
            try await writer.close()
        } catch {
            logger.warning("the store was not closed cleanly; the next start does what is left", metadata: ["error": "\(error)"])
        }
        try result.get()
    }

    /// What the store knows of the names of accounts; nil if nothing is to be learned.
    private static func learned(_ configuration: Configuration, _ writer: StoreWriter) async throws -> LearnedIdentities? {
        guard configuration.identity.learns else { return nil }
        let seed = writer.identity.keySeed
        let learned = LearnedIdentities(capacity: configuration.identity.maximumAliases, seed: (seed.high, seed.low))
        do {
            try await writer.loadAliases(limit: configuration.identity.maximumAliases) { learned.load($0) }
        } catch {
            throw StartError("the store in \(configuration.data): \(error)")
        }
        return learned
    }

    private static func policy(_ configuration: Configuration) -> RetryPolicy {
        let schedule = configuration.retrySchedule.map { Duration.microseconds($0) }
        return schedule.isEmpty ? RetryPolicy() : RetryPolicy(schedule: schedule)
    }

    private static func opening<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw StartError("the store in \(path): \(error)")
        }
    }
}

extension DaemonStatus.Queue {
    init(name: String, _ depth: (count: Int, cost: Int)) {
        self.init(name: name, elements: depth.count, bytes: depth.cost)
    }
}
