import Collectors
import LocatedYAML

extension ConfigurationFile {
    static func syslogDoor(
        _ type: SourceType, _ section: YAMLSection, in folder: String, maximumRecord: Int?
    ) -> SourceConfiguration.Door? {
        let transport: SyslogConfiguration.Transport
        let defaultPort: Int
        switch type {
        case .syslogUDP: (transport, defaultPort) = (.udp, Configuration.defaultSyslogPort)
        case .syslogTCP: (transport, defaultPort) = (.tcp, Configuration.defaultSyslogPort)
        case .syslogTLS: (transport, defaultPort) = (.tcp, Configuration.defaultTLSPort)
        case .relp: (transport, defaultPort) = (.relp, Configuration.defaultRelpPort)
        case .file, .http, .splunkHEC, .elasticsearch, .otlp, .webhook, .poll: return nil
        }
        let address = listenAddress(section, defaultPort: defaultPort)
        var syslog = SyslogConfiguration(transport: transport, host: address.host, port: address.port)
        if let maximumRecord { syslog.maximumFrameBytes = maximumRecord }
        if transport != .udp {
            if let count = section.int("maximum_connections", in: 1...100_000) { syslog.maximumConnections = count }
            if let timeout = section.duration("idle_timeout") { syslog.idleTimeout = .microseconds(timeout) }
        }
        if type == .syslogTLS || type == .relp {
            syslog.tls = tls(section, in: folder)
            if type == .syslogTLS, syslog.tls == nil {
                if section.node("tls") == nil { section.missing("tls") }
                return nil
            }
        }
        return .syslog(syslog)
    }
}
