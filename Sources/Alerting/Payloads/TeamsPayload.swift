import EventModel

/// A message for a workflow of Microsoft Teams ("When a Teams webhook request is received"): an Adaptive Card 1.4. Teams takes
/// 28 kB.
///
/// Texts stand in runs of `RichTextBlock`, which know no Markdown: an attacker's text can be no link and no emphasis.
enum TeamsPayload {
    /// Cards show six actions; the others hide behind a menu.
    private static let maximumActions = 6

    static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        PayloadSize.fit(findings: notification.findings.count) { size in
            body(NotificationText(notification, options: options, size: size), level: notification.level)
        }.map { Payload(body: $0) }
    }

    private static func body(_ text: NotificationText, level: Level) -> String {
        var json = JSONWriter(capacity: 8_192)
        json.beginObject()
        json.member("type", "message")
        json.key("attachments")
        json.beginArray()
        json.beginObject()
        json.member("contentType", "application/vnd.microsoft.card.adaptive")
        // The trigger's schema requires it, and says that it is always null: some workflows refuse what lacks it.
        json.key("contentUrl")
        json.null()
        json.key("content")
        json.beginObject()
        json.member("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
        json.member("type", "AdaptiveCard")
        json.member("version", "1.4")
        // What is shown where the card cannot be, as Markdown: without brackets there are no links in it.
        json.member("fallbackText", plain(text.headline.replacing("[", with: "(").replacing("]", with: ")")))
        json.key("msteams")
        json.beginObject()
        json.member("width", "Full")
        json.endObject()
        json.key("body")
        json.beginArray()
        writeBlock([Run(text.headline, size: "Large", color: color(level), isBold: true)], to: &json)
        for line in text.introduction { writeBlock([Run(line, isBold: true)], to: &json) }
        for finding in text.findings {
            writeBlock([Run(finding.heading, isBold: true)], isSeparated: true, to: &json)
            for row in finding.rows {
                let isCommand = row.label == .command
                writeBlock(
                    [Run(row.label.rawValue + ": ", isBold: true), Run(row.value, isMonospaced: isCommand)], to: &json)
            }
        }
        if let remainder = text.remainder { writeBlock([Run(remainder)], isSeparated: true, to: &json) }
        json.endArray()
        writeActions(text, to: &json)
        json.endObject()
        json.endObject()
        json.endArray()
        json.endObject()
        return json.text
    }

    private struct Run {
        var text: String
        var size: String?
        var color: String?
        var isBold: Bool
        var isMonospaced: Bool

        init(_ text: String, size: String? = nil, color: String? = nil, isBold: Bool = false, isMonospaced: Bool = false) {
            self.text = text
            self.size = size
            self.color = color
            self.isBold = isBold
            self.isMonospaced = isMonospaced
        }
    }

    private static func writeBlock(_ runs: [Run], isSeparated: Bool = false, to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", "RichTextBlock")
        if isSeparated { json.member("separator", true) }
        json.key("inlines")
        json.beginArray()
        for run in runs {
            json.beginObject()
            json.member("type", "TextRun")
            json.member("text", plain(run.text))
            json.member("size", ifPresent: run.size)
            json.member("color", ifPresent: run.color)
            if run.isBold { json.member("weight", "Bolder") }
            if run.isMonospaced { json.member("fontType", "Monospace") }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private static func writeActions(_ text: NotificationText, to json: inout JSONWriter) {
        let links = text.findings.compactMap(\.link).prefix(maximumActions)
        guard !links.isEmpty else { return }
        json.key("actions")
        json.beginArray()
        for (index, link) in links.enumerated() {
            json.beginObject()
            json.member("type", "Action.OpenUrl")
            json.member("title", links.count == 1 ? "Open" : "Open finding \(index + 1)")
            json.member("url", link)
            json.endObject()
        }
        json.endArray()
    }

    /// Two opening braces call a card's functions and templates.
    private static func plain(_ text: String) -> String {
        var text = text.replacing("{{", with: "{ {").replacing("${", with: "$ {")
        // A run of three leaves two behind.
        while text.contains("{{") { text = text.replacing("{{", with: "{ {") }
        return text
    }

    private static func color(_ level: Level) -> String {
        switch level {
        case .critical, .high: "Attention"
        case .medium: "Warning"
        case .low, .informational: "Accent"
        }
    }
}
