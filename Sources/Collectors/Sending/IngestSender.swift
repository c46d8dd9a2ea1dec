import AsyncHTTPClient
import EventModel
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Posts JSON lines to this machine's own listener. Its answer comes after the commit.
struct IngestSender {
    /// What is read of an answer.
    private static let answerLimit = 64 * 1024

    private let http: HTTPConfiguration
    private let name: String
    private let token: SecretReference?

    init(_ http: HTTPConfiguration, name: String, token: SecretReference?) {
        self.http = http
        self.name = name
        self.token = token
    }

    func send(_ records: [String]) async throws(DoorError) {
        let host = DoorSender.reachable(http.host)
        let authority = host.contains(":") ? "[\(host)]:\(http.port)" : "\(host):\(http.port)"
        let url = "\(http.tls == nil ? "http" : "https")://\(authority)/ingest/\(name)"
        do {
            let status = try await post(records.joined(separator: "\n"), to: url)
            guard status == 200 else { throw DoorError("\(url) answered \(status)") }
        } catch let error as DoorError {
            throw error
        } catch {
            throw DoorError("cannot send to \(url): \(String("\(error)".prefix(300)))")
        }
    }

    private func post(_ body: String, to url: String) async throws -> Int {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(10)
        if let tls = http.tls {
            guard tls.clientAuthoritiesFile == nil else {
                throw DoorError("the listener asks its senders for certificates, and a drill has none; choose another source")
            }
            // The listener may be known by any name; that it holds the key of this certificate is what counts.
            var client = NIOSSL.TLSConfiguration.makeClientConfiguration()
            client.trustRoots = .file(tls.certificateFile)
            client.certificateVerification = .noHostnameVerification
            configuration.tlsConfiguration = client
        }
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        do {
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/x-ndjson")
            if let token { request.headers.add(name: "Authorization", value: "Bearer \(try token.fetch().value)") }
            request.body = .bytes(ByteBuffer(string: body))
            let response = try await client.execute(request, timeout: .seconds(Int64(DoorSender.timeout.components.seconds)))
            _ = try await response.body.collect(upTo: Self.answerLimit)
            try await client.shutdown()
            return Int(response.status.code)
        } catch {
            // The first error is the one to tell.
            try? await client.shutdown()
            throw error
        }
    }
}
