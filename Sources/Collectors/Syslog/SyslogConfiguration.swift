/// Where and how a syslog listener receives.
public struct SyslogConfiguration: Sendable, Equatable {
    public enum Transport: String, Sendable, CaseIterable {
        case udp
        case tcp
    }

    public var transport: Transport
    /// Address or host name to listen on.
    public var host: String
    /// 0 lets the system choose; `SyslogListener.boundPort` says which it chose.
    public var port: Int
    /// Longer messages are cut off and flagged. Default 1 MiB: twice the largest audit record that the supported products send.
    public var maximumFrameBytes: Int
    /// TCP: further connections are closed at once, and counted.
    public var maximumConnections: Int
    /// TCP: a connection that sends nothing for so long is closed.
    public var idleTimeout: Duration
    /// UDP: the size of the kernel's receive buffer to ask for, in bytes. Default 16 MiB: 100 ms at 100,000 datagrams of 1.4 KB.
    public var receiveBufferBytes: Int

    public init(
        transport: Transport, host: String = "127.0.0.1", port: Int = 514, maximumFrameBytes: Int = 1 << 20,
        maximumConnections: Int = 1024, idleTimeout: Duration = .seconds(600), receiveBufferBytes: Int = 16 << 20
    ) {
        self.transport = transport
        self.host = host
        self.port = port
        self.maximumFrameBytes = maximumFrameBytes
        self.maximumConnections = maximumConnections
        self.idleTimeout = idleTimeout
        self.receiveBufferBytes = receiveBufferBytes
    }
}
