/// How a vendor proves that a webhook is its own, and what it sends.
public enum WebhookScheme: Sendable, Equatable {
    /// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    case github
    /// https://developer.okta.com/docs/concepts/event-hooks/
    case okta
    /// https://docs.slack.dev/authentication/verifying-requests-from-slack/
    case slack
    /// https://developers.zoom.us/docs/api/webhooks/
    case zoom
    /// https://auth0.com/docs/customize/log-streams/custom-log-streams
    case auth0
    /// Anybody who signs the body with HMAC.
    case hmac(SignatureScheme)

    /// Nil where a text of the `Authorization` header is the proof.
    var signature: SignatureScheme? {
        switch self {
        case .github: SignatureScheme(header: "X-Hub-Signature-256", prefix: "sha256=")
        case .slack:
            SignatureScheme(
                header: "X-Slack-Signature", prefix: "v0=", timestampHeader: "X-Slack-Request-Timestamp",
                signed: "v0:{timestamp}:{body}")
        case .zoom:
            SignatureScheme(
                header: "x-zm-signature", prefix: "v0=", timestampHeader: "x-zm-request-timestamp",
                signed: "v0:{timestamp}:{body}")
        case .hmac(let scheme): scheme
        case .okta, .auth0: nil
        }
    }
}

/// Where the signature of a body stands, and how it is made.
public struct SignatureScheme: Sendable, Equatable {
    public enum Algorithm: String, Sendable, CaseIterable {
        case sha1, sha256, sha512
    }

    public enum Encoding: String, Sendable, CaseIterable {
        case hex, base64
    }

    static let bodyPlace = "{body}"
    static let timestampPlace = "{timestamp}"
    /// Seconds that a signed time may differ from ours: what Slack advises, to keep others from sending old requests again.
    static let tolerance: Int64 = 300

    public var header: String
    /// Before the signature in its header.
    public var prefix: String
    public var algorithm: Algorithm
    public var encoding: Encoding
    /// Where the time stands, in seconds since 1970, which the signature covers too.
    public var timestampHeader: String?
    /// What is signed: one `{body}`, and `{timestamp}` where there is one.
    public var signed: String

    public init(
        header: String, prefix: String = "", algorithm: Algorithm = .sha256, encoding: Encoding = .hex,
        timestampHeader: String? = nil, signed: String? = nil
    ) {
        self.header = header
        self.prefix = prefix
        self.algorithm = algorithm
        self.encoding = encoding
        self.timestampHeader = timestampHeader
        self.signed = signed ?? (timestampHeader == nil ? Self.bodyPlace : "\(Self.timestampPlace).\(Self.bodyPlace)")
    }

    /// Why `signed` is no pattern; nil if it is one. A time that is looked at must be signed.
    public var flaw: String? {
        let bodies = signed.components(of: Self.bodyPlace).count - 1
        if bodies != 1 { return "must have {body} once" }
        let hasTime = signed.components(of: Self.timestampPlace).count > 1
        if hasTime != (timestampHeader != nil) { return "must have {timestamp} if there is a timestamp_header, and only then" }
        return nil
    }

    /// The texts before and after the body.
    func surroundings(timestamp: String) -> (before: String, after: String) {
        let parts = signed.components(of: Self.bodyPlace).map {
            $0.components(of: Self.timestampPlace).joined(separator: timestamp)
        }
        return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }
}

extension String {
    /// The texts between occurrences of `separator`.
    fileprivate func components(of separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let found = rest.firstRange(of: separator) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return parts + [String(rest)]
    }
}
