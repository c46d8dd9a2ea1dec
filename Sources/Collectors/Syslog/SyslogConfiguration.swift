/// Where and how a syslog listener receives.
public struct SyslogConfiguration: Sendable, Equatable {
    public enum Transport: String, Sendable, CaseIterable {
        case udp
        /// RFC 6587; with `tls` RFC 5425.
        case tcp
        /// The Reliable Event Logging Protocol, over TCP or with `tls` over that.
        case relp
    }

    public var transport: Transport
    /// Address or host name to listen on.
    public var host: String
    /// 0 lets the system choose; `SyslogListener.boundPort` says which it chose.
    public var port: Int
    /// Longer messages are cut off and flagged. Default 1 MiB: twice the largest audit record that the supported products send.
    public var maximumFrameBytes: Int
    /// TCP and RELP: connections are encrypted.
    public var tls: TLSConfiguration?
    /// TCP and RELP: further connections are closed at once, and counted.
    public var maximumConnections: Int
    /// TCP and RELP: a connection that sends nothing for so long is closed.
    public var idleTimeout: Duration
    /// TCP and RELP: a frame may take so long, and one second more for each KiB of it.
    public var frameGrace: Duration
    /// TLS: the handshake may take so long.
    public var handshakeLimit: Duration
    /// UDP: the size of the kernel's receive buffer to ask for, in bytes. Default 16 MiB: 100 ms at 100,000 datagrams of 1.4 KB.
    public var receiveBufferBytes: Int

    public init(
        transport: Transport, host: String = "127.0.0.1", port: Int = 514, maximumFrameBytes: Int = 1 << 20,
        tls: TLSConfiguration? = nil, maximumConnections: Int = 1024, idleTimeout: Duration = .seconds(600),
        frameGrace: Duration = .seconds(60), handshakeLimit: Duration = .seconds(10), receiveBufferBytes: Int = 16 << 20
    ) {
        self.transport = transport
        self.host = host
        self.port = port
        self.maximumFrameBytes = maximumFrameBytes
        self.tls = tls
        self.maximumConnections = maximumConnections
        self.idleTimeout = idleTimeout
        self.frameGrace = frameGrace
        self.handshakeLimit = handshakeLimit
        self.receiveBufferBytes = receiveBufferBytes
    }

    /// For people: `udp`, `tcp`, `tls`, `relp`, `relp over tls`.
    public var transportName: String {
        switch transport {
        case .udp: "udp"
        case .tcp: tls == nil ? "tcp" : "tls"
        case .relp: tls == nil ? "relp" : "relp over tls"
        }
    }
}
