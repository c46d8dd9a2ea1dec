import NIOCore
import NIOPosix
import NIOSSL

/// A sender of syslog over TLS, for tests.
enum TLSPeer {
    /// - Parameters:
    ///   - name: the client's certificate; nil: it shows none.
    ///   - version: the only version spoken; nil: any.
    static func connect(_ port: Int, as name: String? = nil, version: TLSVersion? = nil) async throws -> any Channel {
        let certificates = try TestCertificates.shared.get()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(certificates.certificate("ca"))
        if let version {
            tls.minimumTLSVersion = version
            tls.maximumTLSVersion = version
        }
        if let name {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificates.certificate(name)).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: certificates.key(name), format: .pem))
        }
        let context = try NIOSSLContext(configuration: tls)
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(Socket(), name: "socket")
                    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    try pipeline.addHandler(Quiet())
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    static func send(_ text: String, to port: Int, as name: String? = nil, version: TLSVersion? = nil) async throws {
        let channel = try await connect(port, as: name, version: version)
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        try await channel.close().get()
    }

    /// Closes the connection without TLS's farewell, as a host that fails does.
    static func cutOff(_ channel: any Channel) async throws {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.context(name: "socket").close(promise: nil)
        }.get()
        try await channel.closeFuture.get()
    }

    private final class Socket: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = ByteBuffer
    }

    /// What goes wrong is seen at the listener.
    private final class Quiet: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
