public import EventModel
public import Logging
import ServiceLifecycle

/// Polls a product's API, each of its streams on its own, so that every event is stored once (docs/polling.md).
///
/// The position of a stream is committed with the last batch of what it covers. What is committed before that is remembered by
/// its keys, and recognised when it is given again: by an overlapping span, by an API that repeats itself, or after a crash.
public final class PollCollector: Collector {
    public let source: Source
    private let configuration: PollConfiguration
    private let sink: any RecordSink
    private let clock: any PollClock
    private let logger: Logger
    private let metrics = CollectorMetrics()
    private let progress: PollProgress
    private let stored: [String: Stored]
    private let makeTransport: @Sendable () -> any PollTransport

    /// What the store has of one stream.
    public struct Stored: Sendable {
        public var cursor: SourceCursor?
        public var memory: [SourceMemory.Entry]

        public init(cursor: SourceCursor?, memory: [SourceMemory.Entry]) {
            self.cursor = cursor
            self.memory = memory
        }
    }

    /// The names under which the store has cursors and memories of this source.
    public static func cursorNames(source: Source, configuration: PollConfiguration) -> [String] {
        configuration.streams.map { StreamPosition.cursorName(source: source, stream: $0.name) }
    }

    /// - Parameter stored: by cursor name; a stream without a cursor begins as far back as the configuration says.
    /// - Throws: `CollectorError.badPosition` when a stored cursor cannot be read.
    public convenience init(
        source: Source, configuration: PollConfiguration, stored: [String: Stored], sink: any RecordSink, logger: Logger
    ) throws {
        try self.init(
            source: source, configuration: configuration, stored: stored, sink: sink, clock: SystemClock(), transport: nil,
            logger: logger)
    }

    /// - Parameter transport: instead of HTTP, for tests; it is not shut down.
    package init(
        source: Source, configuration: PollConfiguration, stored: [String: Stored], sink: any RecordSink, clock: any PollClock,
        transport: (any PollTransport)?, logger: Logger
    ) throws {
        for (name, entry) in stored {
            guard let cursor = entry.cursor else { continue }
            do {
                _ = try StreamPosition(cursor)
            } catch {
                throw CollectorError.badPosition(source: source.name, cursor: name, reason: "\(error)")
            }
        }
        var logger = logger
        logger[metadataKey: "source"] = "\(source.name)"
        self.source = source
        self.configuration = configuration
        self.stored = stored
        self.sink = sink
        self.clock = clock
        self.logger = logger
        progress = PollProgress(configuration.streams.map(\.name))
        let (limits, authorities) = (configuration.limits, configuration.authoritiesFile)
        makeTransport = { transport ?? HTTPPollClient(limits: limits, authoritiesFile: authorities) }
    }

    public var status: CollectorStatus {
        var status = metrics.status
        status.polling = progress.status
        return status
    }

    /// An API need not be there yet.
    public func opened() async throws {}

    /// Polls until graceful shutdown or cancellation. What was asked and not stored then is asked again.
    public func run() async throws {
        let transport = makeTransport()
        let client = AuthenticatedClient(configuration, transport: transport, clock: clock)
        let result: Result<Void, any Error>
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for stream in self.configuration.streams {
                        group.addTask { try await self.poll(stream, client) }
                    }
                    // The first that ends by an error ends all.
                    for try await _ in group {}
                }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        if let client = transport as? HTTPPollClient { await client.shutdown() }
        if Task.isShuttingDownGracefully { return }
        try result.get()
    }

    private func poll(_ stream: StreamDescription, _ client: AuthenticatedClient) async throws {
        let plan = StreamPlan(stream, of: configuration)
        let name = StreamPosition.cursorName(source: source, stream: stream.name)
        let entry = stored[name]
        let position = try entry?.cursor.map { try StreamPosition($0) } ?? plan.firstPosition(now: clock.now())
        let intake = RecordIntake(
            source: source, cursorName: name,
            memory: RecordMemory(entry?.memory ?? [], limit: configuration.limits.keys),
            remember: stream.window == nil ? stream.remember : nil, maximumRecordBytes: configuration.maximumRecordBytes)
        let poller = StreamPoller(
            plan: plan, source: source, interval: configuration.interval,
            check: ResponseCheck(throttleWords: configuration.description.throttleWords), client: client, clock: clock,
            sink: sink, metrics: metrics, progress: progress, logger: logger)
        try await poller.run(.init(position: position, intake: intake, generator: SystemRandomNumberGenerator()))
    }
}
