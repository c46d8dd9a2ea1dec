import EventModel

/// A message for Discord's webhooks (discord.com/developers/docs/resources/webhook, resources/message).
package enum DiscordPayload {
    package static let maximumEmbeds = 10
    /// Of titles, descriptions, and names and values of fields, of all embeds of a message.
    package static let maximumText = 6_000
    package static let content = TextLimit(utf16: 2_000)
    package static let title = TextLimit(utf16: 256)
    package static let description = TextLimit(utf16: 4_096)
    package static let field = TextLimit(utf16: 1_024)
    package static let maximumFields = 25

    package static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        let findings = min(notification.findings.count, maximumEmbeds)
        return PayloadSize.fit(findings: findings) { size in
            body(notification, NotificationText(notification, options: options, size: size))
        }.map { Payload(body: $0) }
    }

    /// Nil if its embeds have more text than Discord takes.
    private static func body(_ notification: Notification, _ text: NotificationText) -> String? {
        var used = 0
        var json = JSONWriter(capacity: 8_192)
        json.beginObject()
        let lines = [text.headline] + text.introduction + (text.remainder.map { [$0] } ?? [])
        json.member("content", content.cut(lines.joined(separator: "\n"), escape: escape))
        // Nobody is called by an attacker's text.
        json.key("allowed_mentions")
        json.beginObject()
        json.key("parse")
        json.beginArray()
        json.endArray()
        json.endObject()
        json.key("embeds")
        json.beginArray()
        for (finding, notified) in zip(text.findings, notification.findings) {
            used += write(finding, notified.finding, to: &json)
        }
        json.endArray()
        json.endObject()
        return used <= maximumText ? json.text : nil
    }

    /// Returns how much text Discord counts in the embed.
    private static func write(_ text: FindingText, _ finding: Finding, to json: inout JSONWriter) -> Int {
        var used = 0
        func counted(_ text: String) -> String {
            used += text.utf16.count
            return text
        }
        json.beginObject()
        json.member("title", counted(title.cut(text.heading, escape: escape)))
        json.member("url", ifPresent: text.link)
        if let reason = text.value(.reason) {
            json.member("description", counted(description.cut(reason, escape: escape)))
        }
        json.member("color", color(finding.rule.level))
        json.member("timestamp", RFC3339.format(finding.lastSeen))
        json.key("fields")
        json.beginArray()
        for row in text.rows.filter({ $0.label != .reason }).prefix(maximumFields) {
            json.beginObject()
            json.member("name", counted(row.label.rawValue))
            json.member("value", counted(field.cut(row.value, escape: escape)))
            json.member("inline", row.label == .events || row.label == .status)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return used
    }

    /// A backslash before whatever Markdown, mentions, emoji or links begin with.
    package static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if "\\*_~`|>#-+[]()<:@".unicodeScalars.contains(scalar) { escaped.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }

    private static func color(_ level: Level) -> Int {
        switch level {
        case .critical: 0x8b0000
        case .high: 0xd93025
        case .medium: 0xf29900
        case .low: 0x1a73e8
        case .informational: 0x5f6368
        }
    }
}
