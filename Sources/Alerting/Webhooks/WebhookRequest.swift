public import EventModel

/// One attempt, ready to send.
public struct WebhookRequest: Sendable, Equatable {
    public var headers: [(name: String, value: String)]
    public var body: String

    /// Signs the delivery for an attempt at `time`.
    public init(_ webhook: Webhook, _ delivery: PendingDelivery, at time: Timestamp) {
        let seconds = time.milliseconds / 1_000
        headers = [
            ("content-type", "application/json; charset=utf-8"), ("user-agent", "Perimeter"), ("webhook-id", delivery.id),
            ("webhook-timestamp", String(seconds)),
        ]
        if !webhook.secrets.isEmpty {
            let signature = Signature.header(
                id: delivery.id, timestamp: seconds, body: delivery.body, secrets: webhook.secrets)
            headers.append(("webhook-signature", signature))
        }
        body = delivery.body
    }

    public static func == (a: WebhookRequest, b: WebhookRequest) -> Bool {
        a.body == b.body && a.headers.elementsEqual(b.headers) { $0 == $1 }
    }
}

/// What sends a request. Never throws: how it ended is the result.
public protocol WebhookTransport: Sendable {
    func send(_ request: WebhookRequest, to webhook: Webhook) async -> DeliveryAttempt
}
