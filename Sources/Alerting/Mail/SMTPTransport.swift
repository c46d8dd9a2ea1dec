import EventModel

/// Sends messages by SMTP, one a connection.
///
/// The server's name is resolved before each attempt; unless the mailbox allows it, an address that is not public is refused, and
/// the connection is made to an address that was checked. Certificates are verified. Which recipients have a message that others
/// have yet to get is remembered, so that those do not get it again; after a restart they may, under the same `Message-ID`.
public actor SMTPTransport {
    /// Messages of which some recipients are remembered; beyond them the oldest is forgotten.
    private static let maximumRemembered = 1_024
    /// Of a server's addresses so many are tried.
    private static let maximumAddresses = 4
    private static let reasonLimit = TextLimit(bytes: 512)
    /// Recipients that a reason tells of.
    private static let maximumTold = 3

    /// By mailbox and delivery.
    private var served: [String: Set<EmailAddress>] = [:]
    private var order: [String] = []

    public init() {}

    /// Never throws: how it ended is the result.
    public nonisolated func send(_ delivery: PendingDelivery, to mailbox: Mailbox) async -> DeliveryAttempt {
        await DeliveryAttempt.within(mailbox.timeout) { await self.attempt(delivery, mailbox) }
    }

    private func attempt(_ delivery: PendingDelivery, _ mailbox: Mailbox) async -> DeliveryAttempt {
        do {
            let host = mailbox.server.host
            let addresses = try await HostResolver.addresses(of: host)
            if let reason = AddressPolicy.refusal(host, addresses, allowsPrivate: mailbox.allowsPrivateAddresses) {
                return .refused(reason)
            }
            if mailbox.security == .none, !mailbox.allowsInsecure || mailbox.user != nil,
                let far = addresses.first(where: { !AddressPolicy.isLoopback($0) })
            {
                return .refused("\(host) has the address \(far), which is not this machine's: tls must not be none")
            }
            let key = mailbox.name + " " + delivery.id
            let having = served[key] ?? []
            let recipients = mailbox.recipients.filter { !having.contains($0) }
            guard !recipients.isEmpty else { return .accepted(answer: "", missing: nil) }
            let message = SMTPMessage(delivery.body)
            let connection = SMTPConnection(
                dialogue: SMTPDialogue(mailbox, recipients: recipients, message: message), message: message,
                encryption: mailbox.security == .none ? nil : try SMTPEncryption(mailbox),
                isEncryptedFirst: mailbox.security == .implicit, hasHello: mailbox.hello != nil)
            return conclude(try await Self.run(connection, addresses, mailbox.server.port), key)
        } catch {
            return .failure(Self.reasonLimit.line("\(error)"))
        }
    }

    /// Tries the addresses in turn until there is a connection.
    private static func run(
        _ connection: SMTPConnection, _ addresses: [IPAddress], _ port: Int
    ) async throws -> SMTPOutcome {
        for address in addresses.prefix(maximumAddresses).dropLast() {
            do {
                return try await connection.run(address, port: port)
            } catch {
                try Task.checkCancellation()
            }
        }
        return try await connection.run(addresses.prefix(maximumAddresses).last ?? addresses[0], port: port)
    }

    private func conclude(_ outcome: SMTPOutcome, _ key: String) -> DeliveryAttempt {
        let before = served[key] ?? []
        switch outcome {
        case .failed(let reason): return .failure(Self.reasonLimit.line(reason))
        case .rejected(let reason):
            forget(key)
            let text = Self.reasonLimit.line(reason)
            return before.isEmpty ? .rejected(text) : .accepted(answer: "", missing: text)
        case .answered(let answers):
            let having = before.union(answers.served)
            let refused = answers.refused.isEmpty ? nil : "refused for " + Self.list(answers.refused)
            if !answers.postponed.isEmpty {
                if !having.isEmpty { remember(key, having) }
                let later = "put off for " + Self.list(answers.postponed)
                return .postponed(Self.reasonLimit.line([later, refused].compactMap { $0 }.joined(separator: "; ")))
            }
            forget(key)
            let text = refused.map(Self.reasonLimit.line)
            return having.isEmpty ? .rejected(text ?? "") : .accepted(answer: answers.receipt, missing: text)
        }
    }

    private static func list(_ refusals: [SMTPAnswers.Refusal]) -> String {
        let told = refusals.prefix(maximumTold).map { "\($0.address) (\($0.reason))" }
        let more = refusals.count - told.count
        return told.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    private func remember(_ key: String, _ recipients: Set<EmailAddress>) {
        if served.updateValue(recipients, forKey: key) == nil { order.append(key) }
        if order.count > Self.maximumRemembered { served[order.removeFirst()] = nil }
    }

    private func forget(_ key: String) {
        guard served.removeValue(forKey: key) != nil else { return }
        order.removeAll { $0 == key }
    }
}
