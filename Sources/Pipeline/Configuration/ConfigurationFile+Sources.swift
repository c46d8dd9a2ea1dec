import Collectors
import EventModel
import LocatedYAML

extension ConfigurationFile {
    /// What `type:` of a source may be.
    enum SourceType: String, CaseIterable {
        case syslogUDP = "syslog_udp"
        case syslogTCP = "syslog_tcp"
        case syslogTLS = "syslog_tls"
        case relp
        case file
        case http
        case splunkHEC = "splunk_hec"
        case elasticsearch
        case otlp
        case webhook
        case poll
    }

    /// The entries of `sources:`. What all of them have is read here, what one kind has in the file of that kind.
    static func sources(
        _ root: YAMLSection, in folder: String, http: HTTPConfiguration, pollers: String
    ) -> [SourceConfiguration] {
        var taken: [String: SourceLocation] = [:]
        return root.sections("sources").compactMap { section in
            let name = uniqueName(section, &taken)
            if name == Configuration.ownName {
                section.error("name", "the name \"\(Configuration.ownName)\" is the daemon's own; choose another")
            }
            let type = section.requiredChoice("type", of: SourceType.self)
            var product = section.string("product")
            let lateness = section.duration("lateness")
            let zone = timeZone(section)
            let limit = maximumRecord(section)
            let silence = section.duration("silent_after")
            if let silence, silence < 1_000_000 { section.error("silent_after", "\"silent_after\" must be at least 1s") }
            func httpDoor(_ kind: HTTPSourceConfiguration.Kind?) -> SourceConfiguration.Door? {
                Self.httpDoor(kind, section, in: folder, maximumRecord: limit, name: name, listener: http)
            }
            let door: SourceConfiguration.Door?
            switch type {
            case .syslogUDP, .syslogTCP, .syslogTLS, .relp:
                door = type.flatMap { syslogDoor($0, section, in: folder, maximumRecord: limit) }
            case .file: door = fileDoor(section, in: folder, maximumRecord: limit)
            case .http: door = httpDoor(.json)
            case .splunkHEC: door = httpDoor(.splunkHEC(acknowledges: section.bool("acknowledgements") ?? false))
            case .elasticsearch: door = httpDoor(.elasticsearch)
            case .otlp: door = httpDoor(.otlp)
            case .webhook: door = httpDoor(webhookKind(section))
            case .poll:
                let poll = PollConfiguration.read(section, pollers: pollers, in: folder, maximumRecord: limit)
                product = product ?? poll?.product
                door = poll.map { .poll($0) }
            case nil:
                // Which keys are valid depends on the type: none that one of them has is called unknown.
                for key in keysOfSomeTypes { _ = section.has(key) }
                door = nil
            }
            section.finish()
            guard let name, let door else { return nil }
            var source = SourceConfiguration(name: name, door: door, product: product, location: section.location)
            if let lateness { source.lateness = lateness }
            source.silentAfter = silence
            if let zone { source.zone = zone }
            return source
        }
    }

    private static let keysOfSomeTypes = [
        "host", "port", "tls", "maximum_connections", "idle_timeout", "path", "exclude", "format", "unterminated_after",
        "poll_interval", "token", "secret", "rate_limit", "daily_quota", "acknowledgements", "vendor", "header", "prefix",
        "algorithm", "encoding", "timestamp_header", "signed", "poller", "settings", "credentials", "streams", "interval",
        "start", "base_url", "token_url", "ca_file",
    ]

    /// Bytes; nil where nothing is said.
    private static func maximumRecord(_ section: YAMLSection) -> Int? {
        guard let size = section.size("maximum_record") else { return nil }
        if !(1_024...(8 << 20)).contains(size) {
            section.error("maximum_record", "\"maximum_record\" must be between 1KiB and 8MiB")
        }
        return size
    }

    /// An address to listen on.
    static func listenAddress(_ section: YAMLSection, defaultPort: Int) -> (host: String, port: Int) {
        let host = section.string("host") ?? "127.0.0.1"
        if IPAddress(host) == nil {
            section.error(
                "host", "\"host\" must be an address to listen on, such as 127.0.0.1, 0.0.0.0 or ::, not \"\(host)\"")
        }
        return (host, section.int("port", in: 1...65_535) ?? defaultPort)
    }
}
