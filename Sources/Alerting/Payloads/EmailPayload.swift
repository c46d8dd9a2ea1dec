import EventModel

/// A message of plain text (RFC 5322, RFC 2045), lines ended by CR LF.
///
/// Its id is the notification's; all messages of one group refer to one id that is made of the group's key, so that readers show
/// them as one thread. It says that no person wrote it (RFC 3834), so that nobody's absence is answered to it.
enum EmailPayload {
    static let subject = TextLimit(bytes: 240)
    static let maximumRecipients = 50
    static let contentType = "message/rfc822"

    static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        guard let sender = options.sender, !options.recipients.isEmpty else { return nil }
        return PayloadSize.fit(findings: notification.findings.count) { size in
            let text = NotificationText(notification, options: options, size: size)
            return header(notification, text, sender, options.recipients) + "\r\n"
                + MailText.quotedPrintable(text.plainText() + "\n\n-- \nPerimeter")
        }.map { Payload(body: $0, contentType: contentType) }
    }

    private static func header(
        _ notification: Notification, _ text: NotificationText, _ sender: EmailAddress, _ recipients: [EmailAddress]
    ) -> String {
        let id = "<" + ReceiverKey.text(notification.id, maximumBytes: 60) + "@" + sender.domain + ">"
        let thread = "<group-" + HashText.hex(notification.key, bytes: 16) + "@" + sender.domain + ">"
        let isUrgent = notification.level >= .high && notification.kind == .firing && !notification.isDrill
        var fields = [
            ("From", "Perimeter <\(sender)>"),
            ("To", recipients.prefix(maximumRecipients).map(\.description).joined(separator: ",\r\n ")),
            ("Date", HTTPDate.text(notification.createdAt, zone: "+0000")),
            ("Subject", MailText.header(subject.cut(text.headline))),
            ("Message-ID", id), ("In-Reply-To", thread), ("References", thread),
            ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"),
            ("X-Perimeter-Kind", notification.kind.rawValue), ("X-Perimeter-Level", notification.level.rawValue),
            ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "quoted-printable"),
        ]
        if isUrgent { fields.append(("Importance", "high")) }
        if notification.isDrill { fields.append(("X-Perimeter-Drill", "yes")) }
        return fields.map { "\($0): \($1)\r\n" }.joined()
    }
}
