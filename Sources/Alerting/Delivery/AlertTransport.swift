public import EventModel

/// Makes attempts at deliveries, each over what its receiver understands.
public struct AlertTransport: Sendable {
    private let webhooks: any WebhookTransport
    private let mail: SMTPTransport

    /// - Parameter webhooks: what posts to webhooks; its owner shuts it down.
    public init(webhooks: any WebhookTransport, mail: SMTPTransport = SMTPTransport()) {
        self.webhooks = webhooks
        self.mail = mail
    }

    /// Never throws: how it ended is the result.
    public func send(_ delivery: PendingDelivery, to receiver: AlertReceiver, at time: Timestamp) async -> DeliveryAttempt {
        let isMail = delivery.contentType == EmailPayload.contentType
        switch receiver {
        case .webhook(let webhook) where !isMail:
            return await webhooks.send(WebhookRequest(webhook, delivery, at: time), to: webhook)
        case .mailbox(let mailbox) where isMail: return await mail.send(delivery, to: mailbox)
        case .webhook, .mailbox:
            // The name was that of another kind of receiver when this was written.
            return .rejected("it was written as \(delivery.contentType), for a receiver of another kind under this name")
        }
    }
}
