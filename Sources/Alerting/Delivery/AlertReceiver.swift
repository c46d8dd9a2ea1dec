public import EventModel

/// Whoever is told of findings.
public enum AlertReceiver: Sendable {
    case webhook(Webhook)
    case mailbox(Mailbox)

    /// The name in the configuration; deliveries and routes refer to it. Webhooks and mailboxes share their names.
    public var name: String {
        switch self {
        case .webhook(let webhook): webhook.name
        case .mailbox(let mailbox): mailbox.name
        }
    }

    /// Findings below it are not sent there.
    public var minimumLevel: Level {
        switch self {
        case .webhook(let webhook): webhook.minimumLevel
        case .mailbox(let mailbox): mailbox.minimumLevel
        }
    }

    /// Whether it is told that findings are closed.
    public var sendsResolved: Bool {
        switch self {
        case .webhook(let webhook): webhook.sendsResolved
        case .mailbox(let mailbox): mailbox.sendsResolved
        }
    }

    /// What it is sent of a notification; nil if it is not told of it.
    public func payload(for notification: Notification) -> Payload? {
        switch self {
        case .webhook(let webhook): webhook.format.payload(for: notification, options: webhook.options)
        case .mailbox(let mailbox): PayloadFormat.email.payload(for: notification, options: mailbox.options)
        }
    }
}
