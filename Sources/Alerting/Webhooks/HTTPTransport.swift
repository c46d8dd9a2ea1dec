import AsyncHTTPClient
import EventModel
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Posts over HTTP/1.1 and TLS.
///
/// A host's name is resolved before each attempt; unless the webhook allows it, an address that is not public is refused, and the
/// connection is made to the address that was checked, whatever the name resolves to by then. Redirects are not followed, of an
/// answer at most `excerptLimit` bytes are kept, and certificates are verified.
public actor HTTPTransport: WebhookTransport {
    /// How much of an answer's body is kept for people, in bytes.
    public static let excerptLimit = 512
    /// How much of a body is read so that its connection can be used again, in bytes, and for how long.
    private static let bodyLimit = 16 * 1024
    private static let bodyPatience: Duration = .seconds(1)
    /// Clients of one webhook that are kept, one for each address seen.
    private static let clientsPerWebhook = 4

    private struct Entry {
        var address: IPAddress
        var client: HTTPClient
        var inFlight: Int
    }

    private var entries: [String: [Entry]] = [:]
    private var isShutDown = false

    public init() {}

    /// Closes all connections. Attempts under way fail.
    public func shutdown() async {
        isShutDown = true
        let clients = entries.values.joined().map(\.client)
        entries = [:]
        for client in clients { await close(client) }
    }

    public nonisolated func send(_ request: WebhookRequest, to webhook: Webhook) async -> DeliveryAttempt {
        await DeliveryAttempt.within(webhook.timeout) { await self.attempt(request, to: webhook) }
    }

    private func attempt(_ request: WebhookRequest, to webhook: Webhook) async -> DeliveryAttempt {
        do {
            let addresses = try await HostResolver.addresses(of: webhook.host)
            if let reason = AddressPolicy.refusal(webhook.host, addresses, allowsPrivate: webhook.allowsPrivateAddresses) {
                return .refused(reason)
            }
            let client = try acquire(webhook, addresses)
            defer { release(webhook, client) }
            return try await HTTPTransport.post(request, webhook, client)
        } catch {
            return .failure(HTTPTransport.bounded("\(error)"))
        }
    }

    private static func post(
        _ request: WebhookRequest, _ webhook: Webhook, _ client: HTTPClient
    ) async throws -> DeliveryAttempt {
        var post = HTTPClientRequest(url: webhook.url + request.path)
        post.method = .POST
        for header in request.headers { post.headers.add(name: header.name, value: header.value) }
        post.body = .bytes(ByteBuffer(string: request.body))
        let response = try await client.execute(post, timeout: .nanoseconds(webhook.timeout.wholeMicroseconds * 1_000))
        let excerpt = await readExcerpt(response.body)
        return .response(
            status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
            excerpt: bounded(String(decoding: excerpt, as: UTF8.self)))
    }

    /// Reads the body as far as the connection's reuse is worth it. The status has decided already: a body that is long, slow or
    /// broken changes nothing.
    private static func readExcerpt(_ body: HTTPClientResponse.Body) async -> [UInt8] {
        await withTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var excerpt: [UInt8] = []
                var count = 0
                var parts = body.makeAsyncIterator()
                // An error ends the body as its end does.
                while count < bodyLimit, let part = try? await parts.next() {
                    count += part.readableBytes
                    excerpt += part.readableBytesView.prefix(excerptLimit - excerpt.count)
                }
                return excerpt
            }
            group.addTask {
                try? await Task.sleep(for: bodyPatience)
                return []
            }
            let first = await group.next() ?? []
            group.cancelAll()
            return first
        }
    }

    // MARK: Clients

    private func acquire(_ webhook: Webhook, _ addresses: [IPAddress]) throws -> HTTPClient {
        if isShutDown { throw CancellationError() }
        var kept = entries[webhook.name] ?? []
        if let index = kept.firstIndex(where: { addresses.contains($0.address) }) {
            kept[index].inFlight += 1
            entries[webhook.name] = kept
            return kept[index].client
        }
        if kept.count >= HTTPTransport.clientsPerWebhook, let idle = kept.firstIndex(where: { $0.inFlight == 0 }) {
            let client = kept.remove(at: idle).client
            client.shutdown { _ in }
        }
        let entry = Entry(address: addresses[0], client: try makeClient(webhook, addresses[0]), inFlight: 1)
        kept.append(entry)
        entries[webhook.name] = kept
        return entry.client
    }

    private func release(_ webhook: Webhook, _ client: HTTPClient) {
        guard let index = entries[webhook.name]?.firstIndex(where: { $0.client === client }) else { return }
        entries[webhook.name]?[index].inFlight -= 1
    }

    private func makeClient(_ webhook: Webhook, _ address: IPAddress) throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let file = webhook.authoritiesFile { tls.trustRoots = .file(file) }
        if let identity = webhook.identity {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificateFile).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.keyFile, format: .pem))
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        // A refused connection is a failed attempt; when the next one comes is the retry policy's to say.
        configuration.connectionPool.retryConnectionEstablishment = false
        if IPAddress(webhook.host) == nil { configuration.dnsOverride = [webhook.host: address.description] }
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    private func close(_ client: HTTPClient) async {
        do {
            try await client.shutdown()
        } catch {
            // It was shut down before: nothing is left open.
        }
    }

    private static func bounded(_ text: String) -> String {
        let line = text.map { $0.isNewline || $0 == "\0" ? " " : $0 }
        return String(line.prefix(excerptLimit))
    }
}
