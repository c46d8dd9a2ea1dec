public import EventModel

/// How the daemon's one HTTP listener is set up: `http:` in perimeter.yml.
public struct HTTPConfiguration: Sendable, Equatable {
    public var host: String
    /// 0: any free one.
    public var port: Int
    public var tls: TLSConfiguration?
    /// More connections are closed at once.
    public var maximumConnections = 1024
    /// Bytes of one request's body, after decompression.
    public var maximumRequestBytes = 32 << 20
    /// Bytes of all bodies that are held at a time.
    public var maximumMemoryBytes = 256 << 20
    /// From the connection's beginning, or a request's first byte, to the end of its headers.
    public var headerTimeout: Duration = .seconds(10)
    /// From a request's headers to the end of its body.
    public var requestTimeout: Duration = .seconds(60)
    /// Between two requests of one connection.
    public var idleTimeout: Duration = .seconds(60)
    /// From a request's end to the commit of what was in it.
    public var commitTimeout: Duration = .seconds(30)

    public init(host: String = "127.0.0.1", port: Int = 8088, tls: TLSConfiguration? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
    }
}

/// One source behind the listener.
public struct HTTPSourceConfiguration: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// JSON and lines, posted to `/ingest/NAME`.
        case json
        /// Splunk's HTTP Event Collector; with its acknowledgements, or not.
        case splunkHEC(acknowledges: Bool)
        /// Elasticsearch's `_bulk`.
        case elasticsearch
        /// OpenTelemetry's logs over HTTP.
        case otlp
        /// A vendor's webhooks, posted to `/webhooks/NAME`.
        case webhook(WebhookScheme)
    }

    public var kind: Kind
    /// Tokens or signing secrets; any of them holds.
    public var secrets: [SecretReference]
    /// Longer records are cut, and flagged.
    public var maximumRecordBytes = 1 << 20
    public var rateLimit: RateLimit?
    /// Bytes a day.
    public var dailyQuota: Int?
    /// For people: `http 127.0.0.1:8088/ingest/app`.
    public var door = "http"

    public init(kind: Kind, secrets: [SecretReference]) {
        self.kind = kind
        self.secrets = secrets
    }
}
