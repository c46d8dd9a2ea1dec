import EventModel
import NIOCore
import NIOPosix
import NIOSSL

/// Sends syslog messages to a listener of this machine, and closes the connection as a sender that has no more does.
struct SyslogSender {
    private let syslog: SyslogConfiguration

    init(_ syslog: SyslogConfiguration) { self.syslog = syslog }

    /// A record as a message of RFC 5424, of the facility "log audit" and the severity "informational".
    static func message(_ record: String, at time: Timestamp) -> String {
        "<110>1 \(RFC3339.format(time, fractionDigits: 6)) localhost perimeter-drill - - - \(record)"
    }

    func send(_ messages: [String]) async throws(DoorError) {
        guard syslog.transport != .relp else {
            throw DoorError("a drill does not speak RELP; choose a source of syslog over UDP, TCP or TLS")
        }
        if syslog.tls?.clientAuthoritiesFile != nil {
            throw DoorError("the source asks its senders for certificates, and a drill has none; choose another source")
        }
        let address = "\(syslog.host):\(syslog.port)"
        do {
            if syslog.transport == .udp { try await sendDatagrams(messages) } else { try await sendStream(messages) }
        } catch {
            throw DoorError("cannot send to \(syslog.transportName) \(address): \(String("\(error)".prefix(300)))")
        }
    }

    private func sendDatagrams(_ messages: [String]) async throws {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: DoorSender.reachable(syslog.host), port: syslog.port).get()
        do {
            for message in messages { try await channel.writeAndFlush(ByteBuffer(string: message)) }
            try await channel.close()
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }

    /// Octet counting (RFC 6587, section 3.4.1; RFC 5425): records may hold anything.
    private func sendStream(_ messages: [String]) async throws {
        let tls = try syslog.tls.map { try OwnCertificate(file: $0.certificateFile) }
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(tls.handler()) }
                }
            }
            .connect(host: DoorSender.reachable(syslog.host), port: syslog.port).get()
        do {
            for message in messages {
                try await channel.writeAndFlush(ByteBuffer(string: "\(message.utf8.count) \(message)"))
            }
            try await channel.close()
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }
}

/// Whether the peer shows this machine's own certificate: whoever issued it and for whichever name, it must be that one.
struct OwnCertificate: Sendable {
    private let certificate: NIOSSLCertificate
    private let context: NIOSSLContext

    /// - Parameter file: PEM, as the listener has it.
    init(file: String) throws {
        guard let first = try NIOSSLCertificate.fromPEMFile(file).first else {
            throw DoorError("\(file) has no certificate in PEM form")
        }
        certificate = first
        var tls = NIOSSL.TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        context = try NIOSSLContext(configuration: tls)
    }

    func handler() throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: nil) { shown, promise in
            promise.succeed(shown.first == certificate ? .certificateVerified : .failed)
        }
    }
}
