import Collectors
import EventModel
import LocatedYAML

extension ConfigurationFile {
    /// What `type:` of a source may be.
    enum SourceType: String, CaseIterable {
        case syslogUDP = "syslog_udp"
        case syslogTCP = "syslog_tcp"
        case file
        case poll
    }

    /// The entries of `sources:`. What all of them have is read here, what one kind has in the file of that kind.
    static func sources(_ root: YAMLSection, in folder: String, pollers: String) -> [SourceConfiguration] {
        var taken: [String: SourceLocation] = [:]
        return root.sections("sources").compactMap { section in
            let name = uniqueName(section, &taken)
            let type = section.requiredChoice("type", of: SourceType.self)
            var product = section.string("product")
            let lateness = section.duration("lateness")
            let limit = maximumRecord(section)
            let door: SourceConfiguration.Door?
            switch type {
            case .syslogUDP: door = syslogDoor(.udp, section, maximumRecord: limit)
            case .syslogTCP: door = syslogDoor(.tcp, section, maximumRecord: limit)
            case .file: door = fileDoor(section, in: folder, maximumRecord: limit)
            case .poll:
                let poll = PollConfiguration.read(section, pollers: pollers, in: folder, maximumRecord: limit)
                product = product ?? poll?.product
                door = poll.map { .poll($0) }
            case nil:
                // Which keys are valid depends on the type: none is called unknown.
                for key in section.keys { _ = section.has(key) }
                door = nil
            }
            section.finish()
            guard let name, let door else { return nil }
            var source = SourceConfiguration(name: name, door: door, product: product, location: section.location)
            if let lateness { source.lateness = lateness }
            return source
        }
    }

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
