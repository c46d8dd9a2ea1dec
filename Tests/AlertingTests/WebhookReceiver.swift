import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A real HTTP server on loopback that answers as a test wants, and remembers what it was sent.
final class WebhookReceiver: Sendable {
    struct Request: Sendable {
        var uri: String
        var headers: [String: String]
        var body: String

        var id: String { headers["webhook-id"] ?? "" }
    }

    enum Answer: Sendable {
        case status(Int, [String: String] = [:], body: String = "")
        /// Never answers.
        case silence
        /// Closes the connection without an answer.
        case hangUp
        /// Answers and then sends body for as long as it is let.
        case endless(Int)
    }

    private let storage = Storage()
    private let channel: any Channel

    var requests: [Request] { storage.requests.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "http://127.0.0.1:\(port)/alerts" }

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - answer: called for each request with its number, from 0.
    init(port: Int = 0, answer: @escaping @Sendable (Request, Int) -> Answer) async throws {
        let storage = storage
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(storage: storage, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    func stop() async { try? await channel.close().get() }

    final class Storage: Sendable {
        let requests = Mutex<[Request]>([])

        func add(_ request: Request) -> Int {
            requests.withLock { requests in
                requests.append(request)
                return requests.count - 1
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let storage: Storage
        private let answer: @Sendable (Request, Int) -> Answer
        private var request = Request(uri: "", headers: [:], body: "")

        init(storage: Storage, answer: @escaping @Sendable (Request, Int) -> Answer) {
            self.storage = storage
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(uri: head.uri, headers: [:], body: "")
                for header in head.headers { request.headers[header.name.lowercased()] = header.value }
            case .body(let part): request.body += String(buffer: part)
            case .end: respond(context, answer(request, storage.add(request)))
            }
        }

        private func respond(_ context: ChannelHandlerContext, _ answer: Answer) {
            switch answer {
            case .silence: break
            case .hangUp: context.close(promise: nil)
            case .status(let code, let fields, let body):
                var headers = HTTPHeaders(fields.map { ($0.key, $0.value) })
                headers.replaceOrAdd(name: "content-length", value: String(body.utf8.count))
                writeHead(context, code, headers)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .endless(let code):
                writeHead(context, code, ["transfer-encoding": "chunked"])
                writeOn(context, chunksLeft: 4_096)
            }
        }

        private func writeHead(_ context: ChannelHandlerContext, _ code: Int, _ headers: HTTPHeaders) {
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: code), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
        }

        /// 64 KiB at a time, 256 MiB in all, until the peer goes away.
        private func writeOn(_ context: ChannelHandlerContext, chunksLeft: Int) {
            guard chunksLeft > 0, context.channel.isActive else { return }
            let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65_536)
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(chunk)))).whenSuccess {
                let (handler, context) = bound.value
                handler.writeOn(context, chunksLeft: chunksLeft - 1)
            }
        }
    }
}
