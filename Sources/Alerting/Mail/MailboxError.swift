/// What is wrong with a mailbox's configuration.
public struct MailboxError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The key of the configuration that it is about.
    public var key: String
    /// Never with a secret in it.
    public var message: String

    public var description: String { "\"\(key)\": \(message)" }

    init(_ key: String, _ message: String) {
        self.key = key
        self.message = message
    }
}
