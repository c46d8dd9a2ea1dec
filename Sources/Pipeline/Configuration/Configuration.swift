public import Collectors
public import EventModel
public import LocatedYAML
public import Logging
public import Storage

/// `perimeter.yml` as meant: defaults applied, paths resolved. docs/configuration.md describes it key by key.
public struct Configuration: Sendable {
    /// The folder of the store.
    public var data: String
    /// Folders or files with Sigma rules.
    public var rules: [String]
    /// What `%name%` stands for in rules (Sigma's `expand` modifier).
    public var placeholders: [String: [String]] = [:]
    /// The folder with the products' mapping files.
    public var mappings: String
    public var sources: [SourceConfiguration]
    public var identities: [IdentityConfiguration]
    public var webhooks: [WebhookConfiguration]
    /// Pauses before each attempt of a delivery, in microseconds; empty for the standard schedule.
    public var retrySchedule: [Int64] = []
    /// How long events are kept; nil: for ever. Products by the names that the file gives them (`RetentionSetup`).
    public var retention: RetentionPolicy?
    /// Where the file names these products.
    public var retentionProducts: [RetentionProduct] = []
    public var log: LogConfiguration
    /// How many recent event ids are remembered to recognise duplicates.
    public var rememberedEvents: Int
    /// Into how many parts correlation is divided, 1 to `ShardCount.maximum`; nil: as `ShardCount` has it.
    public var correlationShards: Int?

    /// Above 1023, so that the daemon needs no privilege.
    static let defaultSyslogPort = 5514

    /// What holds with no file at all: syslog on loopback, the store in `data` of the working directory.
    public static func standard(in folder: String) -> Configuration {
        Configuration(
            data: ConfigurationFile.resolve("data", in: folder),
            rules: [ConfigurationFile.installed("rules/detections", in: folder)],
            mappings: ConfigurationFile.installed("rules/mappings", in: folder),
            sources: [
                SourceConfiguration(
                    name: "syslog-udp", door: .syslog(SyslogConfiguration(transport: .udp, port: defaultSyslogPort))),
                SourceConfiguration(
                    name: "syslog-tcp", door: .syslog(SyslogConfiguration(transport: .tcp, port: defaultSyslogPort))),
            ],
            identities: [], webhooks: [], log: LogConfiguration(), rememberedEvents: 1_000_000)
    }
}

/// One entry of `sources:`.
public struct SourceConfiguration: Sendable {
    /// Where its records come in, as its collector is to be set up.
    public enum Door: Sendable, Equatable {
        case syslog(SyslogConfiguration)
        case file(FileConfiguration)
    }

    public var name: String
    public var door: Door
    public var product: String?
    /// Microseconds.
    public var lateness: Int64
    public var location: SourceLocation?

    public init(
        name: String, door: Door, product: String? = nil, lateness: Int64 = 300_000_000, location: SourceLocation? = nil
    ) {
        self.name = name
        self.door = door
        self.product = product
        self.lateness = lateness
        self.location = location
    }
}

/// One entry of `identities:`: all names of one person or service account.
public struct IdentityConfiguration: Sendable, Equatable {
    public var name: String
    public var aliases: [String]

    public init(name: String, aliases: [String]) {
        self.name = name
        self.aliases = aliases
    }
}

/// One entry of `webhooks:`.
public struct WebhookConfiguration: Sendable {
    public var name: String
    public var url: String
    /// The newest first; every one of them signs, so that a receiver can change over.
    public var secrets: [SecretReference]
    public var minimumLevel: Level
    /// Microseconds.
    public var timeout: Int64
    public var allowsPrivateAddresses: Bool
    public var allowsInsecureHTTP: Bool
    public var caFile: String?
    public var location: SourceLocation
}

/// A product that `retention:` names.
public struct RetentionProduct: Sendable, Equatable {
    public var name: String
    /// The classification that selects its events; nil where the product itself has a limit.
    public var classification: String?
    public var location: SourceLocation
}

public struct LogConfiguration: Sendable {
    public var level: Logger.Level = .info
    public var format: LineLogHandler.Format = .text
}

extension SourceConfiguration.Door {
    /// For people: `udp 127.0.0.1:5514`, `file /var/log/audit.jsonl`.
    public var text: String {
        switch self {
        case .syslog(let syslog): "\(syslog.transport.rawValue) \(Self.bracketed(syslog.host)):\(syslog.port)"
        case .file(let file): "file \(file.paths.joined(separator: ", "))"
        }
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}

extension Configuration {
    /// The sources as events name them, numbered in the order written.
    public var eventSources: [Source] {
        sources.enumerated().map { index, source in
            Source(id: index, name: source.name, product: source.product, allowedLateness: source.lateness)
        }
    }

    /// The lateness of the source that may be latest, in microseconds: for so long correlation keeps what late ones may change.
    public var largestLateness: Int64 { sources.map(\.lateness).max() ?? 0 }
}
