import Collectors
import LocatedYAML

extension ConfigurationFile {
    static func syslogDoor(
        _ transport: SyslogConfiguration.Transport, _ section: YAMLSection, maximumRecord: Int?
    ) -> SourceConfiguration.Door? {
        let address = listenAddress(section, defaultPort: Configuration.defaultSyslogPort)
        var syslog = SyslogConfiguration(transport: transport, host: address.host, port: address.port)
        if let maximumRecord { syslog.maximumFrameBytes = maximumRecord }
        if transport == .tcp {
            if let count = section.int("maximum_connections", in: 1...100_000) { syslog.maximumConnections = count }
            if let timeout = section.duration("idle_timeout") { syslog.idleTimeout = .microseconds(timeout) }
        }
        return .syslog(syslog)
    }
}
