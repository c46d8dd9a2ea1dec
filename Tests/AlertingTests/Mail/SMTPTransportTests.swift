import Alerting
import EventModel
import Testing

/// The client against a real server over real connections, with real TLS.
@Suite(.timeLimit(.minutes(3))) struct SMTPTransportTests {
    private static let password = "correct horse"
    private static let text = "Subject: x\r\nMessage-ID: <msg_1@example.com>\r\n\r\n.one\r\n..two\r\n"

    private static func delivery(_ id: String = "msg_1") -> PendingDelivery {
        PendingDelivery(
            id: id, endpoint: "soc", thread: id, body: text, contentType: "message/rfc822", failedAttempts: 0,
            createdAt: Timestamp(seconds: 0))
    }

    private static func mailbox(
        _ receiver: MailReceiver, _ security: Mailbox.Security = .none, host: String = "127.0.0.1", user: String? = nil,
        to recipients: [String] = ["a@b.example"], timeout: Duration = .seconds(20), trusts: Bool = true, allowsPrivate: Bool = true
    ) throws -> Mailbox {
        let server = try #require(MailServer("\(host):\(receiver.port)", defaultPort: 25))
        let sender = try #require(EmailAddress("siem@example.com"))
        let mailbox = try Mailbox(
            name: "soc", server: server, security: security, sender: sender, recipients: recipients.compactMap { EmailAddress($0) },
            user: user, timeout: timeout, allowsPrivateAddresses: allowsPrivate,
            authoritiesFile: trusts ? try MailCertificate.shared.get().authority : nil)
        return user == nil ? mailbox : try mailbox.with(password: Secret(password))
    }

    private static func manner(_ encryption: MailReceiver.Encryption, capabilities: [String]) -> MailReceiver.Manner {
        var manner = MailReceiver.Manner(encryption: encryption, capabilities: capabilities)
        manner.login = ("siem", password)
        return manner
    }

    @Test(arguments: [
        (Mailbox.Security.starttls, MailReceiver.Encryption.startTLS, "localhost", "AUTH PLAIN LOGIN"),
        (.starttls, .startTLS, "127.0.0.1", "AUTH LOGIN"), (.implicit, .implicit, "localhost", "AUTH LOGIN"),
        (.implicit, .implicit, "127.0.0.1", "AUTH PLAIN"), (.none, .none, "127.0.0.1", "AUTH PLAIN"),
    ])
    func delivers(security: Mailbox.Security, encryption: MailReceiver.Encryption, host: String, login: String) async throws {
        let receiver = try await MailReceiver(Self.manner(encryption, capabilities: [login, "8BITMIME", "SIZE 100000"]))
        let mailbox = try Self.mailbox(receiver, security, host: host, user: "siem", to: ["a@b.example", "c@d.example"])
        #expect(await SMTPTransport().send(Self.delivery(), to: mailbox) == .accepted(answer: "250 2.0.0 queued", missing: nil))
        #expect(
            receiver.messages == [
                .init(
                    sender: "siem@example.com", recipients: ["a@b.example", "c@d.example"], text: Self.text,
                    isEncrypted: security != .none, user: "siem")
            ])
        let commands = try #require(receiver.commands.last)
        #expect(commands.contains("EHLO [127.0.0.1]"))
        #expect(commands.contains("MAIL FROM:<siem@example.com> SIZE=\(Self.text.utf8.count)"))
        await receiver.stop()
    }

    @Test(arguments: [Mailbox.Security.starttls, .implicit])
    func tellsNothingToAServerThatProvesNothing(security: Mailbox.Security) async throws {
        let encryption = security == .implicit ? MailReceiver.Encryption.implicit : .startTLS
        let receiver = try await MailReceiver(Self.manner(encryption, capabilities: ["AUTH PLAIN"]))
        let mailbox = try Self.mailbox(receiver, security, user: "siem", trusts: false)
        guard case .failure(let reason) = await SMTPTransport().send(Self.delivery(), to: mailbox) else {
            Issue.record("the certificate of a stranger was taken")
            return
        }
        #expect(reason == "TLS: the server's certificate is of no known authority, or not valid now; see ca_file")
        #expect(receiver.commands.joined().allSatisfy { $0 == "" || $0.hasPrefix("EHLO") || $0 == "STARTTLS" })
        await receiver.stop()
    }

    @Test(arguments: [Mailbox.Security.starttls, .implicit])
    func tellsNothingToAServerOfAnotherName(security: Mailbox.Security) async throws {
        let encryption = security == .implicit ? MailReceiver.Encryption.implicit : .startTLS
        let receiver = try await MailReceiver(Self.manner(encryption, capabilities: ["AUTH PLAIN"]), address: "127.0.0.2")
        // An address of this machine that the certificate does not have.
        let mailbox = try Self.mailbox(receiver, security, host: "127.0.0.2", user: "siem")
        #expect(
            await SMTPTransport().send(Self.delivery(), to: mailbox)
                == .failure("TLS: the server's certificate is for another name than server has"))
        #expect(!receiver.commands.joined().contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        await receiver.stop()
    }

    @Test func tellsWhatIsNotTLS() async throws {
        let receiver = try await MailReceiver()
        #expect(
            await SMTPTransport().send(Self.delivery(), to: try Self.mailbox(receiver, .implicit))
                == .failure("TLS: what the server answers is not TLS: check its port, and whether tls must be starttls"))
        await receiver.stop()
    }

    @Test(arguments: [
        ("EHLO", "250 mail.example.com", "does not offer STARTTLS"),
        ("STARTTLS", "220 go\r\n250 ok\r\n235 ok", "more came behind the answer to STARTTLS"),
        ("STARTTLS", "220 go\r\n25", "more came behind the answer to STARTTLS"), ("STARTTLS", "454 no", "STARTTLS was answered 454 no"),
    ])
    func neverGoesOnUnencrypted(command: String, answer: String, reason: String) async throws {
        var manner = Self.manner(.startTLS, capabilities: ["AUTH PLAIN"])
        manner.answer = { said, _ in said.hasPrefix(command) ? .reply(answer) : nil }
        let receiver = try await MailReceiver(manner)
        let attempt = await SMTPTransport().send(Self.delivery(), to: try Self.mailbox(receiver, .starttls, user: "siem"))
        guard case .failure(let text) = attempt else {
            Issue.record("\(attempt)")
            return
        }
        #expect(text.contains(reason))
        #expect(receiver.messages.isEmpty)
        #expect(!receiver.commands.joined().contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        await receiver.stop()
    }

    @Test(arguments: [
        ("", "554 no", DeliveryAttempt.failure("the connection was answered 554 no")),
        ("", "421 no", .failure("the connection was answered 421 no")),
        ("", "HTTP/1.1 400", .failure("what the server answers is not SMTP: check its port, and whether tls must be implicit")),
        ("MAIL", "550 no", .rejected("MAIL FROM was answered 550 no")), ("MAIL", "450 no", .failure("MAIL FROM was answered 450 no")),
        ("RCPT", "550 5.1.1 no", .rejected("refused for a@b.example (550 5.1.1 no)")),
        ("RCPT", "451 4.7.1 later", .postponed("put off for a@b.example (451 4.7.1 later)")),
        ("DATA", "554 no", .rejected("DATA was answered 554 no")), (".", "554 spam", .rejected("the message was answered 554 spam")),
        (".", "451 later", .failure("the message was answered 451 later")),
        (".", "250-a\r\n251 b", .failure("the lines of the server's answer have different codes")),
        ("EHLO", "250-" + String(repeating: "x", count: 1_000_000), .failure("the server's answer has a line of more than 2048 bytes")),
        ("EHLO", String(repeating: "250-x\r\n", count: 10_000), .failure("the server's answer has more than 128 lines")),
    ])
    func answersBecomeAttempts(command: String, answer: String, expected: DeliveryAttempt) async throws {
        var manner = MailReceiver.Manner()
        manner.answer = { said, _ in (command.isEmpty ? said.isEmpty : said.hasPrefix(command)) ? .reply(answer) : nil }
        let receiver = try await MailReceiver(manner)
        #expect(await SMTPTransport().send(Self.delivery(), to: try Self.mailbox(receiver)) == expected)
        #expect(receiver.messages.isEmpty)
        await receiver.stop()
    }

    @Test func thoseWhoHaveItDoNotGetItAgain() async throws {
        var manner = MailReceiver.Manner()
        manner.answer = { said, connection in
            if said.contains("<gone@") { return .reply("550 gone") }
            if said.contains("<full@"), connection == 0 { return .reply("452 full") }
            return nil
        }
        let receiver = try await MailReceiver(manner)
        let mailbox = try Self.mailbox(receiver, to: ["a@b.example", "full@b.example", "gone@b.example"])
        let transport = SMTPTransport()
        let told = "refused for gone@b.example (550 gone)"
        #expect(await transport.send(Self.delivery(), to: mailbox) == .postponed("put off for full@b.example (452 full); " + told))
        #expect(await transport.send(Self.delivery(), to: mailbox) == .accepted(answer: "250 2.0.0 queued", missing: told))
        #expect(receiver.messages.map(\.recipients) == [["a@b.example"], ["full@b.example"]])
        // Replayed, everybody gets it again.
        #expect(await transport.send(Self.delivery(), to: mailbox) == .accepted(answer: "250 2.0.0 queued", missing: told))
        #expect(receiver.messages.last?.recipients == ["a@b.example", "full@b.example"])
        await receiver.stop()
    }

    @Test(arguments: ["", "EHLO", "MAIL", "RCPT", "DATA", "."])
    func serversThatGoAwayAreFailures(command: String) async throws {
        var manner = MailReceiver.Manner()
        manner.answer = { said, _ in (command.isEmpty ? said.isEmpty : said.hasPrefix(command)) ? .hangUp : nil }
        let receiver = try await MailReceiver(manner)
        let attempt = await SMTPTransport().send(Self.delivery(), to: try Self.mailbox(receiver))
        guard case .failure(let reason) = attempt else {
            Issue.record("\(attempt)")
            return
        }
        #expect(reason.hasPrefix("the server closed the connection instead of answering"))
        await receiver.stop()
    }

    @Test func silenceIsAFailureInTime() async throws {
        var manner = MailReceiver.Manner()
        manner.answer = { said, _ in said == "." ? .silence : nil }
        let receiver = try await MailReceiver(manner)
        let attempt = await SMTPTransport().send(Self.delivery(), to: try Self.mailbox(receiver, timeout: .seconds(1)))
        #expect(attempt == .failure("no answer within 1.0 seconds"))
        await receiver.stop()
    }

    @Test func attemptsAreInterrupted() async throws {
        let arrived = AsyncStream<Void>.makeStream()
        var manner = MailReceiver.Manner()
        manner.answer = { said, _ in
            guard said.hasPrefix("MAIL") else { return nil }
            arrived.continuation.yield()
            return .silence
        }
        let receiver = try await MailReceiver(manner)
        let mailbox = try Self.mailbox(receiver)
        let attempt = Task { await SMTPTransport().send(Self.delivery(), to: mailbox) }
        for await _ in arrived.stream { break }
        attempt.cancel()
        #expect(await attempt.value == .interrupted)
        await receiver.stop()
    }

    @Test func passwordsStayOutOfReasons() async throws {
        let plain = "AHNpZW0AY29ycmVjdCBob3JzZQ=="
        var manner = Self.manner(.none, capabilities: ["AUTH PLAIN"])
        for (command, answer) in [("AUTH", "535 \(plain) correct horse"), ("MAIL", "550 \(plain) correct horse")] {
            manner.answer = { said, _ in said.hasPrefix(command) ? .reply(answer) : nil }
            let receiver = try await MailReceiver(manner)
            let text = "\(await SMTPTransport().send(Self.delivery(), to: try Self.mailbox(receiver, user: "siem")))"
            #expect(!text.contains(plain) && !text.contains("horse") && text.contains("was answered"), "\(text)")
            await receiver.stop()
        }
    }

    @Test func sendsNothingToPrivateAddresses() async throws {
        let receiver = try await MailReceiver()
        let attempt = await SMTPTransport().send(Self.delivery(), to: try Self.mailbox(receiver, allowsPrivate: false))
        #expect(attempt == .refused("127.0.0.1 has the address 127.0.0.1, which is not public: set allow_private_addresses"))
        #expect(receiver.commands.isEmpty)
        await receiver.stop()
    }

    @Test func closedPortsAreFailures() async throws {
        let receiver = try await MailReceiver()
        let mailbox = try Self.mailbox(receiver, host: "localhost")
        await receiver.stop()
        guard case .failure(let reason) = await SMTPTransport().send(Self.delivery(), to: mailbox) else {
            Issue.record("there was nobody to take it")
            return
        }
        #expect(reason.contains("refused"), "\(reason)")
    }
}
