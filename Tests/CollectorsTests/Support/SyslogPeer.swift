import NIOCore
import NIOPosix
import Synchronization

/// A sender of syslog, for tests.
enum SyslogPeer {
    /// A TCP connection; `closed` of its channel tells when the listener has hung up.
    static func connect(_ port: Int) async throws -> any Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
    }

    static func send(_ text: String, to port: Int) async throws {
        let channel = try await connect(port)
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        try await channel.close().get()
    }

    /// A UDP socket that sends to the port.
    static func datagrams(_ texts: [String], to port: Int) async throws {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        for text in texts {
            try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(string: text))).get()
        }
        try await channel.close().get()
    }
}
