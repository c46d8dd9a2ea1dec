import Collectors
import EventModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP/1.1 server on loopback that answers as a closure says.
final class APIServer: Sendable {
    let port: Int
    private let channel: any Channel

    var url: String { "http://127.0.0.1:\(port)" }

    /// - Parameter answer: called for each request, one at a time on each connection.
    init(_ answer: @escaping @Sendable (APIRequest) -> PollResponse) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func close() async throws { try await channel.close().get() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (APIRequest) -> PollResponse
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(_ answer: @escaping @Sendable (APIRequest) -> PollResponse) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body.clear()
            case .body(var part): body.writeBuffer(&part)
            case .end: reply(context)
            }
        }

        private func reply(_ context: ChannelHandlerContext) {
            guard let head, let url = PollURL("http://\(head.headers.first(name: "host") ?? "")\(head.uri)") else {
                return context.close(promise: nil)
            }
            let request = APIRequest(
                PollRequest(
                    method: head.method.rawValue, url: url, headers: head.headers.map { .init($0.name, $0.value) },
                    body: Array(body.readableBytesView)))
            let response = answer(request)
            var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
            headers.replaceOrAdd(name: "content-length", value: "\(response.body.count)")
            let status = HTTPResponseStatus(statusCode: response.status)
            context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

/// A request as a vendor sees it.
struct APIRequest: Sendable {
    var method: String
    var path: String
    var query: [String: String]
    var headers: [String: String]
    var body: String
    /// Where links of answers lead.
    var origin: String
    /// Path and query as sent.
    var target: String

    init(_ request: PollRequest) {
        method = request.method
        path = PercentEncoding.decode(request.url.path)
        let text = request.url.target.drop { $0 != "?" }.dropFirst()
        query = Dictionary(
            text.split(separator: "&").map { pair in
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (PercentEncoding.decode(halves[0]), halves.count == 2 ? PercentEncoding.decode(halves[1]) : "")
            }, uniquingKeysWith: { $1 })
        headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        body = String(decoding: request.body ?? [], as: UTF8.self)
        origin = request.url.origin
        target = request.url.target
    }

    func number(_ name: String) -> Int? { query[name].flatMap { Int($0) } }

    func time(_ name: String, _ format: TimeFormat = .rfc3339) -> Timestamp? { query[name].flatMap { format.parse($0) } }

    /// What stands in a text between two others.
    static func between(_ start: String, _ end: String, in text: String) -> String? {
        guard let from = text.firstRange(of: start), let to = text[from.upperBound...].firstRange(of: end) else { return nil }
        return String(text[from.upperBound..<to.lowerBound])
    }
}

extension PollResponse {
    /// A JSON answer.
    static func json(_ text: String, status: Int = 200, _ headers: [String: String] = [:]) -> PollResponse {
        PollResponse(
            status: status, headers: [.init("Content-Type", "application/json")] + headers.map { .init($0.key, $0.value) },
            body: Array(text.utf8))
    }
}
