/// How a dialogue with a mail server ended.
package enum SMTPOutcome: Sendable, Equatable {
    /// The message was not taken, and may be later: no connection, no encryption, no login, or an answer that says so.
    case failed(String)
    /// The server will not take this message.
    case rejected(String)
    /// The server has answered for each recipient.
    case answered(SMTPAnswers)
}

/// What became of a message, by recipient.
package struct SMTPAnswers: Sendable, Equatable {
    /// A recipient without the message, and why.
    package struct Refusal: Sendable, Equatable {
        package var address: EmailAddress
        package var reason: String

        package init(_ address: EmailAddress, _ reason: String) {
            self.address = address
            self.reason = reason
        }
    }

    /// What was answered to the message, where somebody has it.
    package var receipt = ""
    /// They have it.
    package var served: [EmailAddress] = []
    /// They do not have it, and may later.
    package var postponed: [Refusal] = []
    /// They will not have it.
    package var refused: [Refusal] = []

    package init(receipt: String = "", served: [EmailAddress] = [], postponed: [Refusal] = [], refused: [Refusal] = []) {
        self.receipt = receipt
        self.served = served
        self.postponed = postponed
        self.refused = refused
    }
}
