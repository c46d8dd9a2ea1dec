public import EventModel

/// One attempt, ready to send.
public struct WebhookRequest: Sendable, Equatable {
    public var headers: [(name: String, value: String)]
    public var body: String
    /// What is appended to the webhook's URL.
    public var path: String

    /// Signs the delivery for an attempt at `time`.
    public init(_ webhook: Webhook, _ delivery: PendingDelivery, at time: Timestamp) {
        let seconds = time.milliseconds / 1_000
        let body = webhook.key.map { webhook.format.completed(delivery.body, key: $0.value) } ?? delivery.body
        headers = [
            ("content-type", delivery.contentType), ("user-agent", "Perimeter"), ("webhook-id", delivery.id),
            ("webhook-timestamp", String(seconds)),
        ]
        if !webhook.secrets.isEmpty {
            let signature = Signature.header(
                id: delivery.id, timestamp: seconds, body: body, secrets: webhook.secrets)
            headers.append(("webhook-signature", signature))
        }
        if let key = webhook.key { headers += webhook.format.headers(key: key.value) }
        self.body = body
        path = delivery.path
    }

    public static func == (a: WebhookRequest, b: WebhookRequest) -> Bool {
        a.body == b.body && a.path == b.path && a.headers.elementsEqual(b.headers) { $0 == $1 }
    }
}

/// What sends a request. Never throws: how it ended is the result.
public protocol WebhookTransport: Sendable {
    func send(_ request: WebhookRequest, to webhook: Webhook) async -> DeliveryAttempt
}
