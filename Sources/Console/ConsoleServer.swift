public import EventModel
import Hummingbird
public import Logging
import NIOCore
public import Pipeline
public import ServiceLifecycle

/// Serves `/metrics`, `/healthz` and `/readyz` over HTTP.
///
/// Every size, count and time is bounded: at most 64 connections at once, ten seconds of silence on one, heads of 8 KiB; bodies
/// are not read.
public struct ConsoleServer: Service {
    private static let maximumConnections = 64
    private static let idleTimeout = TimeAmount.seconds(10)
    private static let maximumHeadBytes = 8 << 10
    private static let maximumHeaderFields = 64

    private let configuration: MetricsConfiguration
    private let token: Secret?
    private let board: StatusBoard
    private let logger: Logger

    /// - Throws: `SecretError` when the token cannot be had.
    public init(configuration: MetricsConfiguration, board: StatusBoard, logger: Logger) throws(SecretError) {
        self.configuration = configuration
        self.board = board
        self.logger = logger
        token = try configuration.token?.fetch()
    }

    /// Serves until graceful shutdown. Throws when the address cannot be had, if the configuration names it; else that is only
    /// reported, and nothing is served.
    public func run() async throws {
        var quiet = logger
        // What a client did wrong is the client's business.
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router(),
            server: .http1(
                configuration: .init(
                    idleTimeout: Self.idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.maximumHeadBytes, maxHeaderListSize: Self.maximumHeadBytes,
                        maxHeaderFieldCount: Self.maximumHeaderFields))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: quiet)),
            onServerRunning: { [logger, configuration] _ in
                logger.info("metrics are served", metadata: ["at": "http://\(configuration.authority)/metrics"])
            },
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            let problem = ConsoleError.cannotListen(configuration.authority, "\(error)")
            if configuration.isRequired { throw problem }
            logger.warning("metrics are not served", metadata: ["error": "\(problem)"])
            try await gracefulShutdown()
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("healthz") { _, _ in Self.text(.ok, "ok\n") }
        router.get("readyz") { [readiness = board.readiness] _, _ in
            readiness.problem.map { Self.text(.serviceUnavailable, $0 + "\n") } ?? Self.text(.ok, "ready\n")
        }
        router.get("metrics") { [board, token] request, _ in
            guard Self.isAllowed(request, token) else {
                var response = Self.text(.unauthorized, "a bearer token is needed\n")
                response.headers[.wwwAuthenticate] = "Bearer"
                return response
            }
            let page = MetricsPage(
                try await board.snapshot(), process: ProcessFigures.current(), isReady: board.readiness.problem == nil)
            return Self.text(.ok, page.text, type: MetricsPage.contentType)
        }
        return router
    }

    private static func isAllowed(_ request: Request, _ token: Secret?) -> Bool {
        guard let token else { return true }
        guard let given = request.headers[.authorization], given.lowercased().hasPrefix("bearer ") else { return false }
        return token.matches(given.dropFirst("bearer ".count).utf8)
    }

    private static func text(
        _ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Why metrics cannot be served.
public enum ConsoleError: Error, CustomStringConvertible {
    case cannotListen(_ address: String, _ reason: String)

    public var description: String {
        switch self {
        case .cannotListen(let address, let reason):
            "cannot serve metrics on \(address): \(reason). Choose a free address with metrics.host and metrics.port."
        }
    }
}

extension MetricsConfiguration {
    var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
