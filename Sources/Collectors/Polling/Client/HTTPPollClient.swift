import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// Asks over HTTP/1.1 and TLS. Certificates are verified, redirects are not followed, and answers are bounded in bytes and time.
package final class HTTPPollClient: PollTransport {
    private let client: HTTPClient
    private let limits: PollLimits

    /// - Parameter authoritiesFile: PEM; nil for the system's.
    package init(limits: PollLimits, authoritiesFile: String? = nil) {
        self.limits = limits
        var tls = NIOSSL.TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authoritiesFile { tls.trustRoots = .file(authoritiesFile) }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(15)
        configuration.httpVersion = .http1Only
        // Snowflake compresses partitions without being asked to.
        configuration.decompression = .enabled(limit: .size(limits.responseBytes))
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    package func shutdown() async {
        // It is shut down once, by its owner: nothing can be left open.
        try? await client.shutdown()
    }

    package func send(_ request: PollRequest) async throws(PollError) -> PollResponse {
        let result = await withTaskGroup(of: Result<PollResponse, PollError>.self) { group in
            group.addTask { await self.attempt(request) }
            group.addTask {
                do {
                    try await Task.sleep(for: self.limits.requestTime)
                    let limit = self.limits.requestTime
                    return .failure(PollError(.transient, "no answer from \(request.url.origin) within \(limit)"))
                } catch {
                    return .failure(PollError(.cancelled, "cancelled"))
                }
            }
            let first = await group.next() ?? .failure(PollError(.cancelled, "cancelled"))
            group.cancelAll()
            return first
        }
        if Task.isCancelled { throw PollError(.cancelled, "cancelled") }
        return try result.get()
    }

    private func attempt(_ request: PollRequest) async -> Result<PollResponse, PollError> {
        var message = HTTPClientRequest(url: request.url.description)
        message.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        if message.headers["user-agent"].isEmpty { message.headers.add(name: "User-Agent", value: "perimeter") }
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await client.execute(message, timeout: .nanoseconds(Int64(limits.requestTime / .nanoseconds(1))))
            let body = try await response.body.collect(upTo: limits.responseBytes)
            return .success(
                PollResponse(
                    status: Int(response.status.code), headers: response.headers.map { .init($0.name, $0.value) },
                    body: Array(body.readableBytesView)))
        } catch is NIOTooManyBytesError {
            let limit = "the answer has more than \(limits.responseBytes >> 20) MiB"
            return .failure(PollError(.needsPerson, "\(limit): lower the page size in the poller's file"))
        } catch {
            let text = String("\(error)".prefix(300))
            return .failure(PollError(.transient, "\(request.url.origin) cannot be reached: \(text)"))
        }
    }
}
