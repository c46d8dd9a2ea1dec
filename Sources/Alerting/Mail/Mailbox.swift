public import EventModel

/// People who are told of findings by mail, and the server that takes the messages for them (RFC 5321, RFC 6409).
public struct Mailbox: Sendable {
    /// How the connection is encrypted.
    public enum Security: String, Sendable, CaseIterable {
        /// From the command STARTTLS on (RFC 3207). A server that does not offer it is sent nothing.
        case starttls
        /// From the first byte (RFC 8314).
        case implicit
        /// Not at all.
        case none

        /// The port that is usual for it: submission, submissions, smtp.
        public var defaultPort: Int {
            switch self {
            case .starttls: 587
            case .implicit: 465
            case .none: 25
            }
        }
    }

    /// The name in the configuration; deliveries refer to it.
    public let name: String
    public let server: MailServer
    public let security: Security
    /// What stands in the message: its sender, its recipients, links.
    public let options: PayloadOptions
    public let sender: EmailAddress
    public let recipients: [EmailAddress]
    /// Whom the server knows us as (RFC 4954); nil: it asks nobody.
    public let user: String?
    /// How we introduce ourselves; nil: by the address that the connection comes from.
    public let hello: String?
    /// How long one attempt may take, from the connection to the answer to the message.
    public let timeout: Duration
    /// Findings below it are not sent here.
    public let minimumLevel: Level
    /// Whether the server may have an address that is not public: a private network, this machine, a cloud's metadata service.
    public let allowsPrivateAddresses: Bool
    /// Whether messages may go beyond this machine without encryption.
    public let allowsInsecure: Bool
    /// Path of a PEM file with the authorities that the server's certificate may come from, in place of the system's.
    public let authoritiesFile: String?
    /// Whether people are told that findings are closed.
    public let sendsResolved: Bool
    private(set) var password: Secret?

    /// Longer than a webhook's: servers look through a message before they answer, and one that is given up before has two.
    public static let defaultTimeout: Duration = .seconds(60)
    public static let maximumRecipients = EmailPayload.maximumRecipients
    private static let maximumCredential = 1_024

    /// - Parameters:
    ///   - name: 1 to 64 letters, digits, `-`, `_` and `.`.
    ///   - recipients: at least one, at most `maximumRecipients`, none twice.
    ///   - user: never for a server beyond this machine that is not encrypted. Its password is given by `with(password:)`.
    ///   - hello: the argument of EHLO: a domain, or an address in brackets (RFC 5321, section 4.1.3).
    /// - Throws: what is wrong with the configuration.
    public init(
        name: String, server: MailServer, security: Security = .starttls, sender: EmailAddress, recipients: [EmailAddress],
        user: String? = nil, hello: String? = nil, timeout: Duration = Mailbox.defaultTimeout,
        minimumLevel: Level = .informational, allowsPrivateAddresses: Bool = false, allowsInsecure: Bool = false,
        authoritiesFile: String? = nil, externalURL: LinkBase? = nil, playbookURL: LinkBase? = nil, sendsResolved: Bool = true
    ) throws(MailboxError) {
        guard Webhook.isName(name) else {
            throw MailboxError("name", "the name must have 1 to 64 letters, digits, '-', '_' or '.'")
        }
        guard (1...Mailbox.maximumRecipients).contains(recipients.count), Set(recipients).count == recipients.count else {
            throw MailboxError("to", "there must be 1 to \(Mailbox.maximumRecipients) recipients, none of them twice")
        }
        let isLoopback = AddressPolicy.isLoopback(host: server.host)
        guard security != .none || allowsInsecure || isLoopback else {
            throw MailboxError(
                "tls", "without TLS whoever is on the way can read the findings: use starttls or implicit, or set allow_insecure")
        }
        if let user {
            guard security != .none || isLoopback else {
                throw MailboxError("user", "a password is not sent without TLS: use starttls or implicit, or no user")
            }
            guard Mailbox.isCredential(user) else {
                throw MailboxError("user", "the user must have 1 to \(Mailbox.maximumCredential) bytes, none of them a control")
            }
        }
        guard hello.map(Mailbox.isHello) ?? true else {
            throw MailboxError("hello", "it must be this machine's name such as siem.example.com, or an address as [192.0.2.1]")
        }
        guard timeout > .zero, timeout <= .seconds(300) else {
            throw MailboxError("timeout", "the timeout must be above 0 and at most 300 s")
        }
        self.name = name
        self.server = server
        self.security = security
        self.sender = sender
        self.recipients = recipients
        self.user = user
        self.hello = hello
        self.timeout = timeout
        self.minimumLevel = minimumLevel
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.allowsInsecure = allowsInsecure
        self.authoritiesFile = authoritiesFile
        self.sendsResolved = sendsResolved
        options = PayloadOptions(
            externalURL: externalURL, playbookURL: playbookURL, sender: sender, recipients: recipients)
    }

    /// The same with its user's password.
    ///
    /// - Throws: if it cannot be one; without it.
    public func with(password: Secret) throws(MailboxError) -> Mailbox {
        guard user != nil else { throw MailboxError("password", "a password needs a user") }
        guard Mailbox.isCredential(password.value) else {
            throw MailboxError(
                "password", "the password must have 1 to \(Mailbox.maximumCredential) bytes, none of them a control")
        }
        var mailbox = self
        mailbox.password = password
        return mailbox
    }

    private static func isCredential(_ text: String) -> Bool {
        (1...maximumCredential).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    private static func isHello(_ text: String) -> Bool {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return EmailAddress.isDomain(text[...]) }
        let inner = String(text.dropFirst().dropLast())
        if inner.hasPrefix("IPv6:") { return IPAddress(String(inner.dropFirst(5)))?.isV4 == false }
        return IPAddress(inner)?.isV4 == true && !inner.contains(":")
    }
}
