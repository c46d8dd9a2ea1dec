/// What is wrong with a webhook's configuration.
public struct WebhookError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        case name, url, insecure, userInfo, secret, timeout, key, template
    }

    public var code: Code
    /// Name of the webhook.
    public var webhook: String
    public var description: String

    init(_ code: Code, _ webhook: String, _ text: String) {
        self.code = code
        self.webhook = webhook
        description = "webhook \(webhook): \(text)"
    }
}
