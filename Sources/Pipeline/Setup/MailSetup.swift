public import Alerting
import EventModel
import LocatedYAML

/// The configured mailboxes, with their passwords.
public enum MailSetup {
    /// - Throws: `StartError` if a password cannot be had, or does not fit.
    public static func mailboxes(_ configuration: Configuration) throws(StartError) -> [Mailbox] {
        var mailboxes: [Mailbox] = []
        for mail in configuration.mail { mailboxes.append(try mailbox(mail)) }
        return mailboxes
    }

    private static func mailbox(_ mail: MailConfiguration) throws(StartError) -> Mailbox {
        guard let password = mail.password else { return mail.mailbox }
        do {
            return try mail.mailbox.with(password: try password.fetch())
        } catch {
            throw StartError(
                "mail \(mail.mailbox.name): \(error)", diagnostics: [.init(.error, at: mail.location, "\(error)")])
        }
    }
}
