import NIOCore
import NIOPosix
import Synchronization

/// A client of RELP, for tests: sends what it is told, and keeps what comes.
final class RelpPeer: Sendable {
    static let offers = "relp_version=1\nrelp_software=test\ncommands=syslog"

    let channel: any Channel
    private let received: Received

    private init(_ channel: any Channel, _ received: Received) {
        self.channel = channel
        self.received = received
    }

    static func connect(_ port: Int) async throws -> RelpPeer {
        let received = Received()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Reader(received)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RelpPeer(channel, received)
    }

    /// A connection with an open session; the offers are transaction 1.
    static func open(_ port: Int) async throws -> RelpPeer {
        let peer = try await connect(port)
        try await peer.send(frame(1, "open", offers))
        try await eventually { peer.text.contains("\ncommands=syslog\n") }
        return peer
    }

    static func frame(_ transaction: Int, _ command: String, _ data: String = "") -> String {
        "\(transaction) \(command) \(data.utf8.count)" + (data.isEmpty ? "" : " " + data) + "\n"
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// All that has come.
    var text: String { received.text.withLock { $0 } }

    /// The transactions that have been acknowledged, in order, the opening left out.
    var acknowledged: [Int] {
        text.split(separator: "\n").compactMap { line in
            line.hasSuffix(" rsp 6 200 OK") ? Int(line.prefix { $0 != " " }) : nil
        }
    }

    private final class Received: Sendable {
        let text = Mutex("")
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let received: Received

        init(_ received: Received) {
            self.received = received
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            received.text.withLock { $0 += String(buffer: buffer) }
        }
    }
}
