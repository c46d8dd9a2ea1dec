public import Alerting
import EventModel
import LocatedYAML

/// The configured receivers, with their secrets.
public enum WebhookSetup {
    /// - Throws: `StartError` if a secret cannot be had, or does not fit.
    public static func webhooks(_ configuration: Configuration) throws(StartError) -> [Webhook] {
        var webhooks: [Webhook] = []
        for webhook in configuration.webhooks { webhooks.append(try receiver(webhook)) }
        return webhooks
    }

    private static func receiver(_ webhook: WebhookConfiguration) throws(StartError) -> Webhook {
        do {
            return try Webhook(
                name: webhook.name, url: webhook.url, secrets: try webhook.secrets.map { try $0.fetch().value },
                timeout: .microseconds(webhook.timeout), minimumLevel: webhook.minimumLevel,
                allowsInsecureHTTP: webhook.allowsInsecureHTTP, allowsPrivateAddresses: webhook.allowsPrivateAddresses,
                authoritiesFile: webhook.caFile,
                identity: webhook.clientFiles.map { .init(certificateFile: $0.certificate, keyFile: $0.key) },
                format: webhook.format, options: webhook.options, key: try webhook.key?.fetch(),
                sendsResolved: webhook.sendsResolved)
        } catch {
            throw StartError(
                "webhook \(webhook.name): \(error)", diagnostics: [.init(.error, at: webhook.location, "\(error)")])
        }
    }
}
