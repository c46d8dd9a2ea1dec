import Alerting
import EventModel
import Foundation
import LocatedYAML

extension ConfigurationFile {
    /// `webhooks:`, the receivers of notifications over HTTP.
    ///
    /// - Parameter taken: the receivers' names that there are, and where; these are added.
    static func webhooks(
        _ root: YAMLSection, _ taken: inout [String: SourceLocation], in folder: String
    ) -> [WebhookConfiguration] {
        root.sections("webhooks").compactMap { section in
            let name = uniqueName(section, &taken)
            let url = section.requiredString("url")
            let choice = section.choice("format", of: WebhookFormat.self)
            let format = choice?.payload ?? .ocsf
            let isSaid = choice != nil || !section.has("format")
            let written = section.strings("secret")
            // Receivers with formats of their own know senders by the URL or a key; ours are told by what is signed.
            if written.isEmpty, isSaid, format == .ocsf || format == .template { section.missing("secret") }
            let secrets = written.compactMap { secret($0, section, "secret", in: folder) }
            let key = section.string("key").flatMap { secret($0, section, "key", what: "key", in: folder) }
            if format.needsKey, !section.has("key") { section.missing("key") }
            if !format.needsKey, section.has("key") { section.error("key", "the format \(format.rawValue) has no \"key\"") }
            let webhook = WebhookConfiguration(
                name: name ?? "", url: url ?? "", secrets: secrets,
                minimumLevel: section.choice("minimum_level", of: Level.self) ?? .low,
                timeout: section.duration("timeout") ?? 20_000_000,
                allowsPrivateAddresses: section.bool("allow_private_addresses") ?? false,
                allowsInsecureHTTP: section.bool("allow_insecure_http") ?? false,
                caFile: section.string("ca_file").map { resolve($0, in: folder) }, clientFiles: clientFiles(section, in: folder),
                format: format, options: payloadOptions(section, format), key: key,
                sendsResolved: section.bool("send_resolved") ?? true, location: section.location)
            section.finish()
            return name == nil || url == nil || secrets.count < written.count ? nil : webhook
        }
    }

    /// The formats of webhooks.
    private enum WebhookFormat: String, CaseIterable {
        case ocsf, template, slack, pagerduty, teams, discord, alertmanager, opsgenie

        var payload: PayloadFormat? { PayloadFormat(rawValue: rawValue) }
    }

    private static func clientFiles(_ section: YAMLSection, in folder: String) -> (certificate: String, key: String)? {
        let certificate = section.string("client_certificate").map { resolve($0, in: folder) }
        let key = section.string("client_key").map { resolve($0, in: folder) }
        if let certificate, let key { return (certificate, key) }
        if certificate != nil { section.missing("client_key") }
        if key != nil { section.missing("client_certificate") }
        return nil
    }

    private static func payloadOptions(_ section: YAMLSection, _ format: PayloadFormat) -> PayloadOptions {
        var options = PayloadOptions()
        options.externalURL = link(section, "external_url")
        options.playbookURL = link(section, "playbook_url")
        if format == .template {
            guard let text = section.requiredString("template") else { return options }
            do {
                options.template = try PayloadTemplate(text)
            } catch {
                section.error("template", "\"template\", line \(error.line), column \(error.column): \(error.message)")
            }
        }
        return options
    }

    static func link(_ section: YAMLSection, _ key: String) -> LinkBase? {
        guard let text = section.string(key) else { return nil }
        let link = LinkBase(text)
        if link == nil { section.error(key, "\"\(key)\" must be an https:// or http:// URL, with {} for the name") }
        return link
    }

    /// `routing:`, over the webhooks and mailboxes that there are.
    static func routing(_ root: YAMLSection, _ configuration: Configuration) -> RoutingConfiguration? {
        routing(root, receivers: RoutingSetup.known(configuration))
    }
}
