import Alerting
import EventModel
import Logging
import Testing

/// The dispatcher with a mailbox beside a webhook, over real connections; retries run on a clock that jumps.
@Suite(.timeLimit(.minutes(3))) struct MailDeliveryTests {
    private func mailbox(_ receiver: MailReceiver) throws -> AlertReceiver {
        let server = try #require(MailServer("127.0.0.1:\(receiver.port)", defaultPort: 25))
        let sender = try #require(EmailAddress("siem@example.com"))
        let recipient = try #require(EmailAddress("soc@example.com"))
        return .mailbox(
            try Mailbox(
                name: "soc", server: server, security: .none, sender: sender, recipients: [recipient],
                allowsPrivateAddresses: true))
    }

    private func dispatching(
        _ outbox: MemoryOutbox, _ endpoints: [AlertReceiver], _ clock: TestClock,
        until isMet: @escaping @Sendable ([MemoryOutbox.Entry]) -> Bool
    ) async throws {
        let transport = HTTPTransport()
        let dispatcher = AlertDispatcher(
            endpoints: endpoints, source: outbox, transport: AlertTransport(webhooks: transport), policy: RetryPolicy(jitter: 0),
            limits: DeliveryLimits(inFlightPerEndpoint: 1, drainTime: .zero, outboxPause: .milliseconds(5)), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await dispatcher.run() }
        #expect(await outbox.wait(until: isMet))
        task.cancel()
        try await task.value
        await transport.shutdown()
    }

    private func message(_ id: String) throws -> Payload {
        var notification = PayloadSamples.notification()
        notification.id = id
        return try PayloadSamples.payload(.email, notification)
    }

    @Test func retriesUnderOneMessageID() async throws {
        var manner = MailReceiver.Manner()
        manner.answer = { said, connection in
            if said == ".", connection == 0 { return .reply("451 try later") }
            return nil
        }
        let receiver = try await MailReceiver(manner)
        let (outbox, clock) = (MemoryOutbox(), TestClock())
        let payload = try message("msg_1")
        outbox.add("msg_1", endpoint: "soc", body: payload.body, contentType: payload.contentType, at: clock.now())
        try await dispatching(outbox, [try mailbox(receiver)], clock) { $0[0].state == .delivered }
        #expect(outbox.entries[0].errors == ["the message was answered 451 try later"])
        #expect(receiver.messages.map(\.text) == [payload.body])
        #expect(payload.body.contains("Message-ID: <msg_1@example.com>\r\n"))
        await receiver.stop()
    }

    @Test func whatIsRejectedIsDead() async throws {
        var manner = MailReceiver.Manner()
        manner.answer = { said, _ in said.hasPrefix("RCPT") ? .reply("550 5.1.1 no such user") : nil }
        let receiver = try await MailReceiver(manner)
        let (outbox, clock) = (MemoryOutbox(), TestClock())
        let payload = try message("msg_1")
        outbox.add("msg_1", endpoint: "soc", body: payload.body, contentType: payload.contentType, at: clock.now())
        try await dispatching(outbox, [try mailbox(receiver)], clock) { $0[0].state == .dead }
        #expect(outbox.entries[0].errors == ["refused for soc@example.com (550 5.1.1 no such user)"])
        #expect(outbox.disabled.isEmpty && receiver.commands.count == 1)
        await receiver.stop()
    }

    @Test func greylistingDoesNotOpenTheBreaker() async throws {
        var manner = MailReceiver.Manner()
        manner.answer = { said, connection in said.hasPrefix("RCPT") && connection < 8 ? .reply("450 4.2.0 greylisted") : nil }
        let receiver = try await MailReceiver(manner)
        let (outbox, clock) = (MemoryOutbox(), TestClock())
        let payload = try message("msg")
        for index in 0..<8 {
            outbox.add("msg_\(index)", endpoint: "soc", body: payload.body, contentType: payload.contentType, at: clock.now())
        }
        try await dispatching(outbox, [try mailbox(receiver)], clock) { $0.allSatisfy { $0.state == .delivered } }
        #expect(receiver.commands.count == 16)
        #expect(clock.now() < Timestamp(seconds: 1_795_521_600 + 10), "the first retry comes after 5 s, a breaker's probe after 10 s")
        await receiver.stop()
    }

    @Test func eachKindGetsWhatWasWrittenForIt() async throws {
        let receiver = try await MailReceiver()
        let hook = try await WebhookReceiver { _, _ in .status(200) }
        let (outbox, clock) = (MemoryOutbox(), TestClock())
        let payload = try message("msg_1")
        outbox.add("msg_1", endpoint: "soc", body: payload.body, contentType: payload.contentType, at: clock.now())
        outbox.add("msg_2", endpoint: "soc", at: clock.now())
        outbox.add("msg_3", endpoint: "hook", at: clock.now())
        outbox.add("msg_4", endpoint: "hook", body: payload.body, contentType: payload.contentType, at: clock.now())
        let webhook = AlertReceiver.webhook(try Webhook(name: "hook", url: hook.url, allowsPrivateAddresses: true))
        try await dispatching(outbox, [try mailbox(receiver), webhook], clock) { $0.allSatisfy { $0.state != .pending } }
        #expect(outbox.entries.map(\.state) == [.delivered, .dead, .delivered, .dead])
        #expect(receiver.messages.count == 1 && hook.requests.map(\.id) == ["msg_3"])
        #expect(outbox.entries[1].errors[0].contains("a receiver of another kind"))
        await receiver.stop()
        await hook.stop()
    }
}
