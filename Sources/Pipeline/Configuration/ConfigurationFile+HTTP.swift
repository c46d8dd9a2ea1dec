import Collectors
import EventModel
import LocatedYAML

extension ConfigurationFile {
    /// `http:`, the one listener that all sources over HTTP share.
    static func http(_ root: YAMLSection, in folder: String) -> HTTPConfiguration {
        guard let section = root.section("http") else { return HTTPConfiguration() }
        defer { section.finish() }
        let address = listenAddress(section, defaultPort: HTTPConfiguration().port)
        var http = HTTPConfiguration(host: address.host, port: address.port, tls: tls(section, in: folder))
        let isInsecureAllowed = section.bool("allow_insecure_http") ?? false
        if http.tls == nil, !section.has("tls"), !isInsecureAllowed, !isLoopback(http.host) {
            section.error(
                "host",
                "beyond loopback tokens would be sent in the clear: give \"tls\", or \"allow_insecure_http: true\" where "
                    + "something else encrypts")
        }
        if let count = section.int("maximum_connections", in: 1...100_000) { http.maximumConnections = count }
        if let size = section.size("maximum_request") {
            if !(1_024...(512 << 20)).contains(size) {
                section.error("maximum_request", "\"maximum_request\" must be between 1KiB and 512MiB")
            }
            http.maximumRequestBytes = size
        }
        if let size = section.size("maximum_memory") { http.maximumMemoryBytes = size }
        if http.maximumMemoryBytes < http.maximumRequestBytes * 2 {
            section.error(
                section.has("maximum_memory") ? "maximum_memory" : "maximum_request",
                "\"maximum_memory\", 256MiB unless given, must be at least twice \"maximum_request\"")
        }
        if let time = pause(section, "header_timeout") { http.headerTimeout = time }
        if let time = pause(section, "request_timeout") { http.requestTimeout = time }
        if let time = pause(section, "idle_timeout") { http.idleTimeout = time }
        return http
    }

    private static func pause(_ section: YAMLSection, _ key: String) -> Duration? {
        guard let time = section.duration(key) else { return nil }
        if !(1_000_000...3_600_000_000).contains(time) { section.error(key, "\"\(key)\" must be between 1s and 1h") }
        return .microseconds(time)
    }

    private static func isLoopback(_ host: String) -> Bool { host == "::1" || host.hasPrefix("127.") }

    /// A source behind the listener.
    static func httpDoor(
        _ kind: HTTPSourceConfiguration.Kind?, _ section: YAMLSection, in folder: String, maximumRecord: Int?, name: String?,
        listener: HTTPConfiguration
    ) -> SourceConfiguration.Door? {
        let secrets = secrets(section, kind?.secretKey ?? "secret", in: folder)
        var rate: RateLimit?
        if let text = section.string("rate_limit") {
            rate = RateLimit(text)
            if rate == nil {
                section.error("rate_limit", "\"rate_limit\" must be records in a time, such as 1000/s, 60000/m or 1000000/h")
            }
        }
        let quota = section.size("daily_quota")
        if let quota, quota < 1 { section.error("daily_quota", "\"daily_quota\" must be more than nothing, such as 5GiB") }
        guard let kind, let secrets, let name else { return nil }
        var source = HTTPSourceConfiguration(kind: kind, secrets: secrets)
        if let maximumRecord { source.maximumRecordBytes = maximumRecord }
        source.rateLimit = rate
        source.dailyQuota = quota
        let scheme = listener.tls == nil ? "http" : "https"
        let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
        source.door = "\(scheme) \(host):\(listener.port)\(kind.path(name))"
        return .http(source)
    }

    /// One place of a secret, or a list of them.
    private static func secrets(_ section: YAMLSection, _ key: String, in folder: String) -> [SecretReference]? {
        let written = section.strings(key)
        if written.isEmpty { section.missing(key) }
        let secrets = written.compactMap { secret($0, section, key, in: folder) }
        return secrets.isEmpty || secrets.count < written.count ? nil : secrets
    }

    private enum Vendor: String, CaseIterable {
        case github, okta, slack, zoom, auth0, hmac
    }

    /// What `vendor` of a webhook says, and, for `hmac`, how it is signed.
    static func webhookKind(_ section: YAMLSection) -> HTTPSourceConfiguration.Kind? {
        guard let vendor = section.requiredChoice("vendor", of: Vendor.self) else {
            // Which keys are valid depends on it: none is called unknown.
            for key in section.keys { _ = section.has(key) }
            return nil
        }
        switch vendor {
        case .github: return .webhook(.github)
        case .okta: return .webhook(.okta)
        case .slack: return .webhook(.slack)
        case .zoom: return .webhook(.zoom)
        case .auth0: return .webhook(.auth0)
        case .hmac: return signatureScheme(section).map { .webhook(.hmac($0)) }
        }
    }

    private static func signatureScheme(_ section: YAMLSection) -> SignatureScheme? {
        let header = headerName(section, "header", isRequired: true)
        var scheme = SignatureScheme(
            header: header ?? "", prefix: section.string("prefix") ?? "",
            algorithm: section.choice("algorithm", of: SignatureScheme.Algorithm.self) ?? .sha256,
            encoding: section.choice("encoding", of: SignatureScheme.Encoding.self) ?? .hex,
            timestampHeader: headerName(section, "timestamp_header", isRequired: false))
        if let signed = section.string("signed") {
            scheme.signed = signed
            if let flaw = scheme.flaw { section.error("signed", "\"signed\" \(flaw)") }
        }
        return header == nil ? nil : scheme
    }

    private static func headerName(_ section: YAMLSection, _ key: String, isRequired: Bool) -> String? {
        guard let name = isRequired ? section.requiredString(key) : section.string(key) else { return nil }
        let isToken = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }
        if !isToken { section.error(key, "\"\(key)\" must be the name of a header, such as X-Signature") }
        return name
    }
}

extension HTTPSourceConfiguration.Kind {
    /// What a webhook has signs; what others have is shown.
    fileprivate var secretKey: String {
        switch self {
        case .json, .splunkHEC, .elasticsearch, .otlp: "token"
        case .webhook: "secret"
        }
    }

    /// Where requests for it go.
    fileprivate func path(_ name: String) -> String {
        switch self {
        case .json: "/ingest/\(name)"
        case .splunkHEC: "/services/collector"
        case .elasticsearch: "/_bulk"
        case .otlp: "/v1/logs"
        case .webhook: "/webhooks/\(name)"
        }
    }
}
