public import EventModel

/// How Opsgenie tells the urgency of an alert.
public enum OpsgeniePriority: String, Sendable, CaseIterable {
    case p1 = "P1"
    case p2 = "P2"
    case p3 = "P3"
    case p4 = "P4"
    case p5 = "P5"

    /// What a level is unless configured otherwise.
    public init(_ level: Level) {
        self =
            switch level {
            case .critical: .p1
            case .high: .p2
            case .medium: .p3
            case .low: .p4
            case .informational: .p5
            }
    }
}

/// A request of Opsgenie's Alert API (docs.opsgenie.com/docs/alert-api), but for its key. The receiver's URL is that of the
/// alerts: `https://api.opsgenie.com/v2/alerts`, or the one of its instance in the EU.
enum OpsgeniePayload {
    static let message = TextLimit(utf16: 130)
    static let description = TextLimit(utf16: 15_000)
    static let note = TextLimit(utf16: 2_000)
    static let entity = TextLimit(utf16: 512)
    static let tag = TextLimit(utf16: 50)
    static let maximumTags = 20
    /// Names and values of all details together, in characters.
    static let maximumDetails = 8_000
    static let maximumAliasBytes = 512

    static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        let alias = ReceiverKey.text(notification.key, maximumBytes: maximumAliasBytes)
        switch notification.kind {
        case .firing, .reminder:
            return PayloadSize.fit(findings: notification.findings.count) { size in
                create(notification, alias, options, size)
            }.map { Payload(body: $0) }
        case .acknowledged: return follow(notification, alias, "acknowledge")
        case .resolved: return follow(notification, alias, "close")
        }
    }

    private static func follow(_ notification: Notification, _ alias: String, _ action: String) -> Payload {
        var json = JSONWriter()
        json.beginObject()
        json.member("source", "Perimeter")
        json.member("user", "Perimeter")
        json.member("note", note.cut(inert(followUp(notification))))
        json.endObject()
        return Payload(body: json.text, path: "/\(alias)/\(action)?identifierType=alias")
    }

    /// Who did it, and what was concluded.
    private static func followUp(_ notification: Notification) -> String {
        let headline = NotificationText.headline(notification, .full)
        guard let worst = notification.findings.first else { return headline }
        return headline + ". Status: " + FindingText.status(worst, .full)
    }

    /// Nil if the description or the details are longer than Opsgenie takes.
    private static func create(
        _ notification: Notification, _ alias: String, _ options: PayloadOptions, _ size: PayloadSize
    ) -> String? {
        let text = NotificationText(notification, options: options, size: size)
        let plain = inert(text.plainText())
        guard plain.utf16.count <= description.count else { return nil }
        let level = notification.level
        var json = JSONWriter(capacity: 8_192)
        json.beginObject()
        json.member("message", message.cut(inert(text.headline)))
        json.member("alias", alias)
        json.member("description", plain)
        json.member("source", "Perimeter")
        json.member("priority", (options.priorities[level] ?? OpsgeniePriority(level)).rawValue)
        if let subject = notification.findings.first.map({ FindingText.subject($0.finding, size.texts) }), !subject.isEmpty {
            json.member("entity", entity.cut(subject))
        }
        json.member("tags", strings: tags(notification))
        guard writeDetails(notification, text, size, to: &json) else { return nil }
        json.endObject()
        return json.text
    }

    /// Brackets that only look alike: Opsgenie shows messages and descriptions as HTML.
    private static func inert(_ text: String) -> String {
        text.replacing("<", with: "\u{2039}").replacing(">", with: "\u{203a}")
    }

    private static func tags(_ notification: Notification) -> [String] {
        var tags = notification.isDrill ? ["drill"] : []
        tags.append(notification.level.rawValue)
        var seen = Set(tags)
        for value in notification.findings.flatMap(\.finding.rule.tags).lazy.map({ tag.line($0) }) where !value.isEmpty {
            guard tags.count < maximumTags else { break }
            if seen.insert(value).inserted { tags.append(value) }
        }
        return tags
    }

    private static func writeDetails(
        _ notification: Notification, _ text: NotificationText, _ size: PayloadSize, to json: inout JSONWriter
    ) -> Bool {
        var details = notification.labels.prefix(8).map { label in
            (size.texts.name.line(label.name), size.texts.name.line(label.value))
        }
        details.append(("drill", notification.isDrill ? "true" : "false"))
        details.append(("findings", String(notification.findings.count + max(0, notification.omitted))))
        if let worst = text.findings.first, let command = worst.value(.command) { details.append(("command", command)) }
        if let link = text.findings.first?.link { details.append(("link", link)) }
        if let playbook = text.findings.first?.value(.advice) { details.append(("playbook", playbook)) }
        json.key("details")
        json.beginObject()
        var used = 0
        var seen: Set<String> = []
        for (name, value) in details {
            guard !name.isEmpty, seen.insert(name).inserted else { continue }
            json.member(name, value)
            used += name.utf16.count + value.utf16.count
        }
        json.endObject()
        return used <= maximumDetails
    }
}
