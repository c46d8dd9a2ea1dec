import Alerting
import EventModel
import LocatedYAML

extension ConfigurationFile {
    /// `mail:`, the receivers of notifications by SMTP.
    ///
    /// - Parameter taken: the receivers' names that there are, and where; these are added.
    static func mail(
        _ root: YAMLSection, _ taken: inout [String: SourceLocation], in folder: String
    ) -> [MailConfiguration] {
        root.sections("mail").compactMap { section -> MailConfiguration? in
            defer { section.finish() }
            let name = uniqueName(section, &taken)
            let security = section.choice("tls", of: Mailbox.Security.self)
            let server = mailServer(section, defaultPort: (security ?? .starttls).defaultPort)
            let sender = section.requiredString("from").flatMap { address($0, section, "from") }
            let written = section.strings("to")
            if written.isEmpty { section.missing("to") }
            let recipients = written.compactMap { address($0, section, "to") }
            let user = section.string("user")
            let password = section.string("password").flatMap { secret($0, section, "password", what: "password", in: folder) }
            if section.has("user"), !section.has("password") { section.missing("password") }
            if section.has("password"), !section.has("user") { section.missing("user") }
            let hello = section.string("hello")
            let timeout = section.duration("timeout").map { Duration.microseconds($0) } ?? Mailbox.defaultTimeout
            let minimumLevel = section.choice("minimum_level", of: Level.self) ?? .low
            let allowsPrivateAddresses = section.bool("allow_private_addresses") ?? false
            let allowsInsecure = section.bool("allow_insecure") ?? false
            let authorities = section.string("ca_file").map { resolve($0, in: folder) }
            let (externalURL, playbookURL) = (link(section, "external_url"), link(section, "playbook_url"))
            let sendsResolved = section.bool("send_resolved") ?? true
            // What is wrong has been said where it stands.
            guard let name, let server, let sender, !written.isEmpty, recipients.count == written.count,
                security != nil || !section.has("tls")
            else { return nil }
            do throws(MailboxError) {
                let mailbox = try Mailbox(
                    name: name, server: server, security: security ?? .starttls, sender: sender, recipients: recipients,
                    user: user, hello: hello, timeout: timeout, minimumLevel: minimumLevel,
                    allowsPrivateAddresses: allowsPrivateAddresses, allowsInsecure: allowsInsecure,
                    authoritiesFile: authorities, externalURL: externalURL, playbookURL: playbookURL,
                    sendsResolved: sendsResolved)
                return MailConfiguration(mailbox: mailbox, password: password, location: section.location)
            } catch {
                section.error(error.key, "\(error)")
                return nil
            }
        }
    }

    private static func mailServer(_ section: YAMLSection, defaultPort: Int) -> MailServer? {
        guard let text = section.requiredString("server") else { return nil }
        let server = MailServer(text, defaultPort: defaultPort)
        if server == nil { section.error("server", "\"server\" must be like smtp.example.com:587, or [2001:db8::1]:587") }
        return server
    }

    private static func address(_ text: String, _ section: YAMLSection, _ key: String) -> EmailAddress? {
        let address = EmailAddress(text)
        if address == nil {
            section.error(
                key,
                "\"\(key)\" must be like soc@example.com, without a name before it, not \"\(text)\"; "
                    + "a domain with other letters is written with xn--")
        }
        return address
    }
}
