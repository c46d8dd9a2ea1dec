public import EventModel
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// The daemon's one HTTP listener, for all sources that come over HTTP.
///
/// `run()` returns after a graceful shutdown, when every request that had come has its answer.
public final class HTTPListener: Service {
    /// What is of no source counts here; no configured name has a colon.
    public static let accountName = "http:listener"

    public let configuration: HTTPConfiguration
    /// In the order given.
    public let sources: [HTTPSource]
    private let identity: TLSIdentity?
    private let responder: HTTPResponder
    private let connections: ConnectionCount
    private let port: ListenerPort
    private let account: Source
    private let sink: any RecordSink
    private let refusals: RefusalLog
    private let logger: Logger

    /// Reads certificates and tokens.
    /// - Throws: `CollectorError.cannotServe` when one cannot be had, or two sources share one.
    public init(
        configuration: HTTPConfiguration, sources entries: [(source: Source, configuration: HTTPSourceConfiguration)],
        sink: any RecordSink, logger: Logger
    ) throws(CollectorError) {
        let port = ListenerPort()
        var sources: [HTTPSource] = []
        for entry in entries {
            do throws(SecretError) {
                sources.append(try HTTPSource(entry.source, entry.configuration, sink: sink, port: port, logger: logger))
            } catch {
                throw .cannotServe(source: entry.source.name, reason: error.description)
            }
        }
        try Self.checkTokens(sources)
        do throws(TLSError) {
            if let tls = configuration.tls { identity = try TLSIdentity(tls, logger: logger) } else { identity = nil }
        } catch {
            throw .cannotServe(source: "http", reason: error.description)
        }
        self.configuration = configuration
        self.sources = sources
        self.port = port
        self.sink = sink
        self.logger = logger
        let account = Source(id: entries.count, name: Self.accountName)
        self.account = account
        let refusals = RefusalLog(logger)
        self.refusals = refusals
        connections = ConnectionCount(configuration.maximumConnections)
        responder = HTTPResponder(configuration, routes: HTTPRoutes(sources)) { failure in
            guard let reason = failure.refusal else { return }
            sink.refused(1, reason: reason, source: account)
            refusals.note(reason, failure)
        }
    }

    /// By a token alone the listener tells sources of one protocol apart.
    private static func checkTokens(_ sources: [HTTPSource]) throws(CollectorError) {
        for (index, source) in sources.enumerated() {
            for other in sources[..<index] where source.sharesPath(with: other) && source.tokens.overlaps(other.tokens) {
                throw .cannotServe(
                    source: source.source.name,
                    reason: "it has a token in common with source \(other.source.name), and the same paths: whose a request is "
                        + "could not be told. Give each a token of its own")
            }
        }
    }

    /// The port that is listened on, once it is. Throws when binding fails.
    public var boundPort: Int {
        get async throws { try await port.bound }
    }

    /// Connections that are open now.
    public var openConnections: Int { connections.count }

    public func run() async throws {
        let door = HTTPDoor(
            configuration: configuration, identity: identity, connections: connections, responder: responder,
            refuse: { [sink, account, refusals] reason, text in
                sink.refused(1, reason: reason, source: account)
                refusals.note(reason, text)
            })
        // What a server logs of itself is for its developers.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        let server = Server(
            childChannelSetup: door,
            configuration: ServerConfiguration(address: .hostname(configuration.host, port: configuration.port), backlog: 1024),
            onServerRunning: { [port, logger, configuration] channel in
                let bound = channel.localAddress?.port ?? configuration.port
                logger.info(
                    "http listener started",
                    metadata: [
                        "host": "\(configuration.host)", "port": "\(bound)",
                        "tls": "\(configuration.tls == nil ? "off" : "on")",
                    ])
                port.succeed(bound)
            }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await server.run()
                } catch {
                    let failure = CollectorError.cannotListen(
                        source: "http", transport: "tcp", host: self.configuration.host, port: self.configuration.port,
                        reason: "\(error)")
                    self.port.fail(failure)
                    throw failure
                }
                return true
            }
            group.addTask {
                await self.identity?.watch()
                return false
            }
            group.addTask {
                await self.watchTokens()
                return false
            }
            defer { group.cancelAll() }
            while let isServer = try await group.next() {
                if isServer { break }
            }
        }
        logger.info("http listener stopped")
    }

    /// Fetches all tokens now and then, until it is cancelled.
    private func watchTokens() async {
        while true {
            do { try await Task.sleep(for: TokenSet.interval) } catch { return }
            var isChanged = false
            for source in sources where await source.tokens.refresh(after: .zero) { isChanged = true }
            guard isChanged else { continue }
            do throws(CollectorError) { try Self.checkTokens(sources) } catch {
                logger.error("tokens fetched again: requests count for the first of the two", metadata: ["error": "\(error)"])
            }
        }
    }
}

extension HTTPSource {
    /// Whether requests of both come to one path.
    func sharesPath(with other: HTTPSource) -> Bool {
        switch (configuration.kind, other.configuration.kind) {
        case (.splunkHEC, .splunkHEC), (.elasticsearch, .elasticsearch), (.otlp, .otlp): true
        default: false
        }
    }
}
