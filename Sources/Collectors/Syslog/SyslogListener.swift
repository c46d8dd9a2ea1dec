public import EventModel
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Receives syslog on one address: over UDP, TCP, TLS or RELP.
///
/// What the transports share is here: binding, the bound port, shutting down. How each reads is in `SyslogDatagrams`, and in
/// `SyslogStreams` with `SyslogStreamHandler` or `RelpHandler`.
public final class SyslogListener: Collector {
    public let source: Source
    public let configuration: SyslogConfiguration
    private let transport: any SyslogTransport
    private let metrics = CollectorMetrics()
    private let logger: Logger
    private let bound: EventLoopPromise<Int>

    public convenience init(source: Source, configuration: SyslogConfiguration, sink: any RecordSink, logger: Logger) {
        self.init(
            source: source, configuration: configuration, sink: sink, logger: logger,
            group: MultiThreadedEventLoopGroup.singleton)
    }

    init(
        source: Source, configuration: SyslogConfiguration, sink: any RecordSink, logger: Logger, group: any EventLoopGroup
    ) {
        var logger = logger
        logger[metadataKey: "source"] = "\(source.name)"
        self.source = source
        self.configuration = configuration
        self.logger = logger
        let door = SyslogDoor(
            source: source, configuration: configuration, sink: sink, metrics: metrics, logger: logger, group: group)
        switch configuration.transport {
        case .udp: transport = SyslogDatagrams(door)
        case .tcp: transport = SyslogStreams(door) { SyslogStreamHandler($0, handedOn: $1) }
        case .relp: transport = SyslogStreams(door) { RelpHandler($0, handedOn: $1) }
        }
        bound = group.next().makePromise(of: Int.self)
    }

    deinit {
        bound.fail(CancellationError())
    }

    public var status: CollectorStatus { metrics.status }

    /// The port that is listened on, once it is. Throws when binding fails.
    public var boundPort: Int {
        get async throws { try await bound.futureResult.get() }
    }

    public func opened() async throws { _ = try await boundPort }

    /// Listens until graceful shutdown or cancellation; then stops accepting and hands on what was read.
    public func run() async throws {
        let channel = try await listen()
        let ending: Ending = await withTaskGroup(of: Ending?.self) { group in
            group.addTask { await Self.shutdown() }
            group.addTask {
                _ = try? await channel.closeFuture.get()  // It only ever fails with the reason for closing.
                return .closed
            }
            group.addTask {
                await self.transport.watch()
                return nil
            }
            var ending: Ending?
            while ending == nil, let next = await group.next() { ending = next }
            await transport.stop(channel)
            group.cancelAll()
            return ending ?? .closed
        }
        switch ending {
        case .shutdown: logger.info("syslog listener stopped", metadata: ["records": "\(status.records)"])
        case .cancelled: throw CancellationError()
        case .closed:
            throw CollectorError.listenerClosed(
                source: source.name, transport: configuration.transportName, host: configuration.host,
                port: configuration.port)
        }
    }

    private enum Ending {
        case shutdown
        case cancelled
        case closed
    }

    private static func shutdown() async -> Ending {
        do {
            try await gracefulShutdown()
            return .shutdown
        } catch {
            return .cancelled
        }
    }

    private func listen() async throws -> any Channel {
        do {
            let channel = try await transport.bind()
            let port = channel.localAddress?.port ?? configuration.port
            bound.succeed(port)
            logger.info(
                "syslog listener started",
                metadata: [
                    "transport": "\(configuration.transportName)", "host": "\(configuration.host)", "port": "\(port)",
                ])
            return channel
        } catch let error as TLSError {
            let failure = CollectorError.cannotEncrypt(source: source.name, reason: "\(error)")
            bound.fail(failure)
            throw failure
        } catch {
            let failure = CollectorError.cannotListen(
                source: source.name, transport: configuration.transportName, host: configuration.host,
                port: configuration.port, reason: "\(error)")
            bound.fail(failure)
            throw failure
        }
    }
}

/// How one transport listens.
protocol SyslogTransport: Sendable {
    func bind() async throws -> any Channel
    /// Runs beside the listener until it is cancelled.
    func watch() async
    /// Stops receiving, then returns when everything read has been handed on or counted as lost.
    func stop(_ channel: any Channel) async
}
