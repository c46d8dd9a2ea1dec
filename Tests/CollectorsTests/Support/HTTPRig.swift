import AsyncHTTPClient
import Collectors
import EventModel
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle
import TestSupport

/// An HTTP listener with one source of each kind, and a client that speaks to it over the network.
final class HTTPRig: Sendable {
    struct Reply: Sendable, Equatable {
        var status: Int
        var body: String
        var headers: [String: String]

        static func == (a: Reply, b: Reply) -> Bool { a.status == b.status && a.body == b.body }
    }

    static let token = "8b6b1a40-token-of-app"
    static let secret = "It's a Secret to Everybody"

    let folder: TemporaryFolder
    let sink: CollectingSink
    let listener: HTTPListener
    let client: HTTPClient
    private let scheme: String

    /// - Parameters:
    ///   - kinds: the sources by name; each has `NAME.token` with its name's own token.
    ///   - certificate: to encrypt with.
    init(
        _ kinds: [(name: String, kind: HTTPSourceConfiguration.Kind)] = [("app", .json)], sink: CollectingSink = CollectingSink(),
        certificate: ServerCertificate? = nil, client: HTTPClient = .shared,
        _ change: (inout HTTPConfiguration) -> Void = { _ in }, source: (inout HTTPSourceConfiguration) -> Void = { _ in }
    ) throws {
        folder = try TemporaryFolder()
        self.sink = sink
        self.client = client
        scheme = certificate == nil ? "http" : "https"
        var configuration = HTTPConfiguration(port: 0, tls: certificate?.configuration)
        change(&configuration)
        var entries: [(source: Source, configuration: HTTPSourceConfiguration)] = []
        for (index, entry) in kinds.enumerated() {
            try folder.file("\(entry.name).token", Data("\(Self.token)-\(entry.name)\n".utf8))
            guard let reference = SecretReference("file:\(entry.name).token", relativeTo: folder.url.path) else { throw TimedOut() }
            var one = HTTPSourceConfiguration(kind: entry.kind, secrets: [reference])
            source(&one)
            entries.append((Source(id: index, name: entry.name), one))
        }
        listener = try HTTPListener(configuration: configuration, sources: entries, sink: sink, logger: .quiet)
    }

    static func token(_ name: String) -> String { "\(token)-\(name)" }

    /// Runs the listener and its sources while the body does, then shuts them down gracefully.
    @discardableResult
    func run<Value: Sendable>(_ body: @escaping @Sendable (HTTPRig) async throws -> Value) async throws -> Value {
        let services: [any Service] = listener.sources + [listener]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .ignore) }, logger: .quiet))
        return try await within(.seconds(60)) {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                _ = try await self.listener.boundPort
                let value = try await body(self)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return value
            }
        }
    }

    func send(
        _ path: String, _ body: String, _ headers: [String: String] = [:], method: String = "POST"
    ) async throws -> Reply {
        try await send(path, Array(body.utf8), headers, method: method)
    }

    func send(
        _ path: String, _ body: [UInt8]?, _ headers: [String: String] = [:], method: String = "POST"
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: "\(scheme)://localhost:\(try await listener.boundPort)\(path)")
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 16 << 20))
        let fields = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        return Reply(status: Int(response.status.code), body: text, headers: fields)
    }

    /// Writes bytes on a connection of its own, and returns everything that comes back before it is closed.
    func raw(_ pieces: [String], pause: Duration = .zero) async throws -> String {
        let port = try await listener.boundPort
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await within(.seconds(30)) {
            try await channel.executeThenClose { inbound, outbound in
                for piece in pieces {
                    try? await outbound.write(ByteBuffer(string: piece))  // It may have been hung up on already.
                    if pause > .zero { try await Task.sleep(for: pause) }
                }
                var text = ""
                do {
                    for try await buffer in inbound { text += String(buffer: buffer) }
                } catch {
                    // Reset by the listener: what came before counts.
                }
                return text
            }
        }
    }
}

/// A certificate for localhost, made with the `openssl` program.
final class ServerCertificate: Sendable {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try make()
    }

    /// Makes another one in the same files.
    func make() throws {
        let result = try Programs.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder.path("key.pem"), "-out",
                folder.path("cert.pem"),
            ])
        guard result.status == 0 else { throw Failure(description: result.errors) }
    }

    struct Failure: Error { var description: String }

    var configuration: Collectors.TLSConfiguration {
        Collectors.TLSConfiguration(certificateFile: folder.path("cert.pem"), privateKeyFile: folder.path("key.pem"))
    }

    /// A client that trusts this certificate alone.
    func client() -> HTTPClient {
        var tls = NIOSSL.TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(folder.path("cert.pem"))
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: tls))
    }
}
