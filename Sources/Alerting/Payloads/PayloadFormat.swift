import EventModel

/// How a receiver wants its notifications written.
public enum PayloadFormat: String, Sendable, CaseIterable {
    /// OCSF Detection Findings.
    case ocsf
    /// JSON of the user's own making.
    case template
    /// Slack's incoming webhooks, Block Kit.
    case slack
    /// PagerDuty's Events API v2.
    case pagerduty
    /// Microsoft Teams' Workflows, an Adaptive Card.
    case teams
    /// Discord's webhooks, embeds.
    case discord
    /// Prometheus Alertmanager's API v2.
    case alertmanager
    /// Opsgenie's Alert API.
    case opsgenie
    /// A message of RFC 5322.
    case email
}

/// What is sent, but for signatures and keys.
public struct Payload: Sendable, Equatable {
    public enum Method: String, Sendable { case post = "POST" }

    public var body: String
    public var contentType: String
    public var method: Method
    /// Appended to the receiver's URL, mostly empty.
    public var path: String

    /// The most that a body may have, in bytes, but for formats that say otherwise: Standard Webhooks asks for small ones, many
    /// receivers refuse more.
    public static let maximumBytes = 20_000

    public init(
        body: String, contentType: String = "application/json; charset=utf-8", method: Method = .post, path: String = ""
    ) {
        self.body = body
        self.contentType = contentType
        self.method = method
        self.path = path
    }
}

extension PayloadFormat {
    /// What this receiver is sent. The same for the same notification.
    ///
    /// - Returns: nil if this kind of notification is nothing for this receiver, or if the options lack what the format cannot
    ///   do without: a template; a sender and recipients of mail.
    public func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        guard !notification.findings.isEmpty else { return nil }
        return switch self {
        case .ocsf: OCSFPayload.payload(for: notification, options: options)
        case .template: TemplatePayload.payload(for: notification, options: options)
        case .slack: SlackPayload.payload(for: notification, options: options)
        case .pagerduty: PagerDutyPayload.payload(for: notification, options: options)
        case .teams: TeamsPayload.payload(for: notification, options: options)
        case .discord: DiscordPayload.payload(for: notification, options: options)
        case .alertmanager: AlertmanagerPayload.payload(for: notification, options: options)
        case .opsgenie: OpsgeniePayload.payload(for: notification, options: options)
        case .email: EmailPayload.payload(for: notification, options: options)
        }
    }

    /// The most that a body in this format has, in bytes.
    public var maximumBytes: Int { self == .alertmanager ? AlertmanagerPayload.maximumBytes : Payload.maximumBytes }

    /// Whether the receiver wants a key with what it is sent: PagerDuty's integration key, Opsgenie's API key.
    public var needsKey: Bool { self == .pagerduty || self == .opsgenie }

    /// Whether the text can be a key: 1 to 256 visible ASCII characters.
    public static func isKey(_ key: String) -> Bool {
        (1...256).contains(key.utf8.count) && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }

    /// The body with what must not be stored in it. Formats that carry no key in their body return it as it is.
    public func completed(_ body: String, key: String) -> String {
        guard self == .pagerduty, PayloadFormat.isKey(key), body.hasPrefix("{") else { return body }
        var json = JSONWriter(capacity: body.utf8.count + key.utf8.count + 24)
        json.beginObject()
        json.member("routing_key", key)
        json.endObject()
        return json.text.dropLast() + (body == "{}" ? "" : ",") + body.dropFirst()
    }

    /// The headers that carry the key; none if the format has no such header, or if the text cannot be a key.
    public func headers(key: String) -> [(name: String, value: String)] {
        self == .opsgenie && PayloadFormat.isKey(key) ? [("authorization", "GenieKey " + key)] : []
    }
}
