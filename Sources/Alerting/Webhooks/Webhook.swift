public import EventModel
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A configured receiver of alerts over HTTP.
public struct Webhook: Sendable {
    /// The name in the configuration; deliveries refer to it.
    public let name: String
    public let url: String
    /// The newest first; all of them sign. Empty: deliveries are not signed.
    public let secrets: [WebhookSecret]
    /// How long one attempt may take, from the connection to the end of the answer.
    public let timeout: Duration
    /// Findings below it are not sent here.
    public let minimumLevel: Level
    /// Whether the receiver may have an address that is not public: a private network, this machine, a cloud's metadata service.
    public let allowsPrivateAddresses: Bool
    /// Path of a PEM file with the authorities that the receiver's certificate may come from, in place of the system's.
    public let authoritiesFile: String?
    /// Paths of PEM files: a certificate, with those that lead to its authority, and its key, for receivers that ask who sends.
    public let identity: ClientIdentity?
    /// How the receiver wants its notifications written.
    public let format: PayloadFormat
    public let options: PayloadOptions
    /// Whether it is told that findings are closed.
    public let sendsResolved: Bool
    /// What the receiver knows its senders by, where its format has a place for that.
    let key: Secret?
    let host: String

    /// What this client shows of itself (mutual TLS).
    public struct ClientIdentity: Sendable, Equatable {
        public var certificateFile: String
        public var keyFile: String

        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    public static let defaultTimeout: Duration = .seconds(20)

    /// - Parameters:
    ///   - name: 1 to 64 letters, digits, `-`, `_` and `.`.
    ///   - url: `https://…`; `http://…` only for this machine's loopback addresses unless `allowsInsecureHTTP`.
    ///   - secrets: as configured: `whsec_` and 24 to 64 bytes in base64.
    /// - Throws: what is wrong with the configuration; never with a secret in it.
    public init(
        name: String, url: String, secrets: [String] = [], timeout: Duration = Webhook.defaultTimeout,
        minimumLevel: Level = .informational, allowsInsecureHTTP: Bool = false, allowsPrivateAddresses: Bool = false,
        authoritiesFile: String? = nil, identity: ClientIdentity? = nil, format: PayloadFormat = .ocsf,
        options: PayloadOptions = PayloadOptions(), key: Secret? = nil, sendsResolved: Bool = true
    ) throws(WebhookError) {
        guard Webhook.isName(name) else {
            throw WebhookError(.name, name, "the name must have 1 to 64 letters, digits, '-', '_' or '.'")
        }
        guard let parsed = URL(string: url), let scheme = parsed.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parsed.host(), !host.isEmpty
        else { throw WebhookError(.url, name, "the URL must be like https://host/path") }
        guard parsed.user() == nil, parsed.password() == nil, parsed.fragment() == nil else {
            throw WebhookError(.userInfo, name, "the URL must have no user, password or fragment")
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard scheme == "https" || allowsInsecureHTTP || AddressPolicy.isLoopback(host: bare) else {
            throw WebhookError(.insecure, name, "http:// is not encrypted: use https://, or set allow_insecure_http")
        }
        guard timeout > .zero, timeout <= .seconds(300) else {
            throw WebhookError(.timeout, name, "the timeout must be above 0 and at most 300 s")
        }
        if format.needsKey || key != nil {
            guard format.needsKey, let key, PayloadFormat.isKey(key.value) else {
                let need = format.needsKey ? "needs a key of 1 to 256 visible ASCII characters" : "has no place for a key"
                throw WebhookError(.key, name, "the format \(format.rawValue) \(need)")
            }
        }
        if format == .template, options.template == nil {
            throw WebhookError(.template, name, "the format template needs a template")
        }
        var keys: [WebhookSecret] = []
        for secret in secrets {
            guard let key = WebhookSecret(secret) else {
                throw WebhookError(.secret, name, "a secret must be whsec_ and 24 to 64 bytes in base64")
            }
            keys.append(key)
        }
        self.name = name
        self.url = url
        self.secrets = keys
        self.timeout = timeout
        self.minimumLevel = minimumLevel
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.authoritiesFile = authoritiesFile
        self.identity = identity
        self.format = format
        self.options = options
        self.key = key
        self.sendsResolved = sendsResolved
        self.host = bare
    }

    /// Whether the text can be a receiver's name.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }
}
