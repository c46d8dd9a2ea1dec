import EventModel
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is said to a mail server, answer by answer, to have it take one message (RFC 5321, section 3.3). Pure: it is told the
/// answers.
///
/// One command at a time. Nothing that has not been encrypted is believed once TLS has begun (RFC 3207, section 4.2). A permanent
/// answer to what concerns no message (the greeting, STARTTLS, AUTH) fails the attempt and does not reject the message: a wrong
/// password, once put right, loses nothing.
package struct SMTPDialogue: Sendable {
    /// What to do next.
    package enum Step: Sendable, Equatable {
        /// A command, without its line end. May hold a secret.
        case send(String)
        /// Everything that came in so far is void; encrypt, and send the command then.
        case startTLS(then: String)
        case sendMessage
        /// It is over.
        case end(SMTPOutcome)
    }

    private enum State: Sendable {
        case greeting, hello, startTLS, loginUser, loginPassword, authentication, sender, recipient(Int), data, message, ended
    }

    /// The argument of EHLO: a domain, or an address in brackets.
    package var helloName: String
    private let mailbox: Mailbox
    private let recipients: [EmailAddress]
    private let message: SMTPMessage
    private var state = State.greeting
    private var isEncrypted: Bool
    private var capabilities = SMTPCapabilities()
    private var answers = SMTPAnswers()
    private var accepted: [EmailAddress] = []

    /// - Parameter recipients: those of the mailbox's that the message is for now; at least one.
    package init(_ mailbox: Mailbox, recipients: [EmailAddress], message: SMTPMessage) {
        self.mailbox = mailbox
        self.recipients = recipients
        self.message = message
        helloName = mailbox.hello ?? "[127.0.0.1]"
        isEncrypted = mailbox.security == .implicit
    }

    /// What the server is to answer now, for people.
    package var phase: String {
        switch state {
        case .greeting: "the connection"
        case .hello: "EHLO"
        case .startTLS: "STARTTLS"
        case .loginUser, .loginPassword, .authentication: "AUTH"
        case .sender: "MAIL FROM"
        case .recipient: "RCPT TO"
        case .data: "DATA"
        case .message: "the message"
        case .ended: "QUIT"
        }
    }

    /// Takes the answer to what was sent last; the first one is the greeting.
    package mutating func receive(_ reply: SMTPReply) -> Step {
        // The server closes the connection, whatever it was asked (section 3.8).
        if reply.code == 421 { return failed(reply) }
        switch state {
        case .greeting:
            guard reply.code == 220 else { return failed(reply) }
            state = .hello
            return .send("EHLO " + helloName)
        case .hello:
            guard reply.code == 250 else { return failed(reply) }
            capabilities = SMTPCapabilities(reply)
            return encrypted()
        case .startTLS:
            guard reply.code == 220 else { return failed(reply) }
            isEncrypted = true
            capabilities = SMTPCapabilities()
            state = .hello
            return .startTLS(then: "EHLO " + helloName)
        case .loginUser, .loginPassword, .authentication: return authenticated(reply)
        case .sender:
            guard reply.isPositive else { return declined(reply) }
            return recipient(0)
        case .recipient(let index): return recipientAnswered(index, reply)
        case .data:
            guard reply.code == 354 else { return declined(reply) }
            state = .message
            return .sendMessage
        case .message:
            guard reply.isPositive else { return declined(reply) }
            answers.served = accepted
            answers.receipt = redacted(reply)
            return end(.answered(answers))
        case .ended: return end(.failed("the dialogue is over"))
        }
    }

    private mutating func encrypted() -> Step {
        guard mailbox.security == .starttls, !isEncrypted else { return authenticate() }
        guard capabilities.startsTLS else {
            // Somebody on the way may have taken the offer out.
            return end(.failed("the server does not offer STARTTLS: nothing was sent; see whether tls must be implicit"))
        }
        state = .startTLS
        return .send("STARTTLS")
    }

    // MARK: AUTH

    private mutating func authenticate() -> Step {
        guard let user = mailbox.user else { return sender() }
        guard let password = mailbox.password else { return end(.failed("the password of \(user) is missing")) }
        guard isEncrypted || AddressPolicy.isLoopback(host: mailbox.server.host) else {
            return end(.failed("the connection is not encrypted: the password was not sent"))
        }
        if capabilities.mechanisms.contains("PLAIN") {
            state = .authentication
            return .send("AUTH PLAIN " + Self.base64("\0\(user)\0\(password.value)"))
        }
        guard capabilities.mechanisms.contains("LOGIN") else {
            return end(.failed("the server offers neither AUTH PLAIN nor AUTH LOGIN to \(user)"))
        }
        state = .loginUser
        return .send("AUTH LOGIN")
    }

    private mutating func authenticated(_ reply: SMTPReply) -> Step {
        switch (state, reply.code) {
        case (.loginUser, 334):
            state = .loginPassword
            return .send(Self.base64(mailbox.user ?? ""))
        case (.loginPassword, 334):
            state = .authentication
            return .send(Self.base64(mailbox.password?.value ?? ""))
        case (.authentication, 235): return sender()
        default: return failed(reply)
        }
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    // MARK: The message

    private mutating func sender() -> Step {
        if let maximum = capabilities.maximumSize, message.size > maximum {
            return end(.rejected("the message has \(message.size) bytes, and the server takes \(maximum)"))
        }
        guard message.isASCII || capabilities.takesEightBit else {
            return end(.rejected("the message is not of ASCII alone, and the server does not offer 8BITMIME"))
        }
        state = .sender
        let size = capabilities.takesSize ? " SIZE=\(message.size)" : ""
        return .send("MAIL FROM:<\(mailbox.sender)>" + size + (message.isASCII ? "" : " BODY=8BITMIME"))
    }

    private mutating func recipient(_ index: Int) -> Step {
        if index < recipients.count {
            state = .recipient(index)
            return .send("RCPT TO:<\(recipients[index])>")
        }
        guard !accepted.isEmpty else { return end(.answered(answers)) }
        state = .data
        return .send("DATA")
    }

    private mutating func recipientAnswered(_ index: Int, _ reply: SMTPReply) -> Step {
        let refusal = SMTPAnswers.Refusal(recipients[index], redacted(reply))
        if reply.isPositive {
            accepted.append(recipients[index])
        } else if reply.isTransient || reply.code == 552 {
            // 552 stands for too many recipients, too (section 4.5.3.1.10).
            answers.postponed.append(refusal)
        } else if reply.isPermanent {
            answers.refused.append(refusal)
        } else {
            return failed(reply)
        }
        return recipient(index + 1)
    }

    // MARK: Ends

    /// The answer is not one that the dialogue goes on with, and says nothing of the message.
    private mutating func failed(_ reply: SMTPReply) -> Step { end(.failed(told(reply))) }

    /// The answer is about the message.
    private mutating func declined(_ reply: SMTPReply) -> Step {
        reply.isPermanent ? end(.rejected(told(reply))) : failed(reply)
    }

    private mutating func end(_ outcome: SMTPOutcome) -> Step {
        state = .ended
        return .end(outcome)
    }

    private func told(_ reply: SMTPReply) -> String {
        switch state {
        // Servers repeat what they do not understand.
        case .loginUser, .loginPassword, .authentication: "AUTH for \(mailbox.user ?? "") was answered \(reply.codes)"
        default: "\(phase) was answered \(redacted(reply))"
        }
    }

    /// The answer for people, without the password in any form in which the server was told it.
    private func redacted(_ reply: SMTPReply) -> String {
        guard let user = mailbox.user, let password = mailbox.password?.value else { return reply.text() }
        return reply.text(without: [Self.base64("\0\(user)\0\(password)"), Self.base64(password), password])
    }
}
