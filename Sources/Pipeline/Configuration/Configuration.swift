public import Alerting
public import Collectors
public import Enrichment
public import EventModel
public import LocatedYAML
public import Logging
public import Normaliser
public import Storage

/// `perimeter.yml` as meant: defaults applied, paths resolved. docs/configuration.md describes it key by key.
public struct Configuration: Sendable {
    /// The folder of the store.
    public var data: String
    /// Folders or files with Sigma rules.
    public var rules: [String]
    /// The folder of the rules that make alerts of what the daemon says of itself; nil where there is none.
    public var healthRules: String?
    /// What `%name%` stands for in rules (Sigma's `expand` modifier).
    public var placeholders: [String: [String]] = [:]
    /// The folder with the products' mapping files.
    public var mappings: String
    /// The folder of playbooks that rules name, and the register of vendors.
    public var playbooks: String
    public var vendors: String
    /// Synthetic attacks, and when they are run.
    public var drills: DrillSchedule
    /// The folder with the descriptions of APIs to poll.
    public var pollers: String
    public var sources: [SourceConfiguration]
    /// The listener of sources over HTTP.
    public var http = HTTPConfiguration()
    public var identities: [IdentityConfiguration]
    /// What is kept from the store; nil: nothing.
    public var privacy: PrivacyConfiguration?
    /// What is learned of identities, and the forms of their names.
    public var identity = IdentityRules()
    public var webhooks: [WebhookConfiguration]
    public var mail: [MailConfiguration] = []
    /// Who is told of what; nil: every receiver of every finding.
    public var routing: RoutingConfiguration?
    /// Pauses before each attempt of a delivery, in microseconds; empty for the standard schedule.
    public var retrySchedule: [Int64] = []
    /// How findings add up to the risk of entities; nil: they do not.
    public var risk: RiskPolicy? = RiskPolicy()
    /// How long events are kept; nil: for ever. Products by the names that the file gives them (`RetentionSetup`).
    public var retention: RetentionPolicy?
    /// Where the file names these products.
    public var retentionProducts: [RetentionProduct] = []
    /// What is added to events once they are mapped.
    public var enrichment = EnrichmentConfiguration()
    public var log: LogConfiguration
    /// Where metrics and health are served; nil: nowhere.
    public var metrics: MetricsConfiguration? = MetricsConfiguration()
    /// How many recent event ids are remembered to recognise duplicates.
    public var rememberedEvents: Int
    /// Into how many parts correlation is divided, 1 to `ShardCount.maximum`; nil: as `ShardCount` has it.
    public var correlationShards: Int?

    /// Above 1023, so that the daemon needs no privilege.
    static let defaultSyslogPort = 5514
    /// RFC 5425, section 4.1.
    static let defaultTLSPort = 6514
    /// What rsyslog's documentation uses; none is assigned.
    static let defaultRelpPort = 2514

    /// What holds with no file at all: syslog on loopback, the store in `data` of the working directory.
    public static func standard(in folder: String) -> Configuration {
        Configuration(
            data: ConfigurationFile.resolve("data", in: folder),
            rules: [ConfigurationFile.installed("rules/detections", in: folder)],
            healthRules: ConfigurationFile.installedFolder("rules/health", in: folder),
            mappings: ConfigurationFile.installed("rules/mappings", in: folder),
            playbooks: ConfigurationFile.installed("rules/playbooks", in: folder),
            vendors: ConfigurationFile.installed("rules/vendors.yml", in: folder),
            drills: DrillSchedule(folder: ConfigurationFile.installed("rules/drills", in: folder)),
            pollers: ConfigurationFile.installed("rules/pollers", in: folder),
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
        case http(HTTPSourceConfiguration)
        case poll(PollConfiguration)
    }

    public var name: String
    public var door: Door
    public var product: String?
    /// Microseconds.
    public var lateness: Int64
    /// A longer silence is told, in microseconds; nil: what is longer than usual.
    public var silentAfter: Int64?
    /// Local time at the senders, for stamps without an offset.
    public var zone = ZoneOffsets.utc
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
    public enum Kind: String, Sendable, CaseIterable {
        case person, service
    }

    public var name: String
    /// E-mail addresses, `product:id` and `product:login`.
    public var aliases: [String]
    public var kind: Kind
    /// Whether names may be learned that belong to its addresses. Those of services are listed, as several people may use one.
    public var learns: Bool
    /// Where each alias is written.
    public var places: [SourceLocation]

    public init(name: String, aliases: [String], kind: Kind = .person, learns: Bool = true, places: [SourceLocation] = []) {
        self.name = name
        self.aliases = aliases
        self.kind = kind
        self.learns = learns
        self.places = places
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.name == b.name && a.aliases == b.aliases && a.kind == b.kind && a.learns == b.learns
    }
}

/// `identity:`: what is learned of identities, and the forms of their names.
public struct IdentityRules: Sendable, Equatable {
    public var forms = IdentityForms()
    public var learns = true
    /// Names of the sources whose events teach; nil: all do.
    public var teachers: Set<String>?
    /// Names that are remembered at most.
    public var maximumAliases = LearnedIdentities.standardCapacity
    /// Addresses, `product:id` and `product:login` that nothing is learned about.
    public var neverJoined: [String] = []

    public init() {}
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
    /// A certificate and its key, for mutual TLS.
    public var clientFiles: (certificate: String, key: String)?
    public var format: PayloadFormat
    public var options: PayloadOptions
    /// Where the receiver's key is, for formats that have one.
    public var key: SecretReference?
    public var sendsResolved: Bool
    public var location: SourceLocation
}

/// One entry of `mail:`.
public struct MailConfiguration: Sendable {
    /// Without its password.
    public var mailbox: Mailbox
    public var password: SecretReference?
    public var location: SourceLocation
}

/// A product that `retention:` names.
public struct RetentionProduct: Sendable, Equatable {
    public var name: String
    /// The classification that selects its events; nil where the product itself has a limit.
    public var classification: String?
    public var location: SourceLocation
}

/// `metrics:`.
public struct MetricsConfiguration: Sendable, Equatable {
    public var host = "127.0.0.1"
    public var port = 5580
    /// The file says where: then it must be possible. Where nothing is said, a taken port is only reported.
    public var isRequired = false
    /// The bearer token that `/metrics` asks for; nil: none.
    public var token: SecretReference?

    public init() {}
}

public struct LogConfiguration: Sendable {
    public var level: Logger.Level = .info
    public var format: LineLogHandler.Format = .text
}

extension SourceConfiguration.Door {
    /// For people: `udp 127.0.0.1:5514`, `file /var/log/audit.jsonl`.
    public var text: String {
        switch self {
        case .syslog(let syslog): "\(syslog.transportName) \(Self.bracketed(syslog.host)):\(syslog.port)"
        case .file(let file): "file \(file.paths.joined(separator: ", "))"
        case .http(let http): http.door
        case .poll(let poll): poll.text
        }
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}

extension Configuration {
    /// The sources as events name them, numbered in the order written.
    public var eventSources: [Source] {
        sources.enumerated().map { index, source in
            Source(
                id: index, name: source.name, product: source.product, allowedLateness: source.lateness, zone: source.zone)
        }
    }

    /// Who can be told, webhooks and mailboxes: names, and what each wants to hear.
    public var receivers: [(name: String, minimumLevel: Level, sendsResolved: Bool)] {
        webhooks.map { ($0.name, $0.minimumLevel, $0.sendsResolved) }
            + mail.map { ($0.mailbox.name, $0.mailbox.minimumLevel, $0.mailbox.sendsResolved) }
    }

    /// Every file or folder of rules: those configured, and the daemon's own.
    var allRules: [String] {
        guard let healthRules else { return rules }
        // Read already if it lies in a configured folder.
        let isWithin = rules.contains { healthRules == $0 || healthRules.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
        return isWithin ? rules : rules + [healthRules]
    }

    /// The daemon as a source of records. No configured one may have its name.
    static let ownName = RuleSummary.ownProduct

    var ownSource: Source { Source(id: sources.count, name: Self.ownName, product: nil, allowedLateness: 0) }

    /// The lateness of the source that may be latest, in microseconds: for so long correlation keeps what late ones may change.
    public var largestLateness: Int64 { sources.map(\.lateness).max() ?? 0 }
}
