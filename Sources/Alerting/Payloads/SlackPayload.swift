import EventModel

/// A message for Slack's incoming webhooks, in Block Kit (docs.slack.dev/reference/block-kit).
package enum SlackPayload {
    /// Slack takes 50.
    package static let maximumBlocks = 50
    package static let header = TextLimit(utf16: 150)
    package static let section = TextLimit(utf16: 3_000)
    package static let field = TextLimit(utf16: 2_000)
    /// Of a section.
    package static let maximumFields = 10
    /// A longer link, as written, is left out: it would take the room of what happened.
    private static let maximumLink = 1_500

    package static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        // The header, the introduction and the remainder take a block each.
        let findings = min(notification.findings.count, maximumBlocks - 3)
        return PayloadSize.fit(findings: findings) { size in
            body(NotificationText(notification, options: options, size: size))
        }.map { Payload(body: $0) }
    }

    private static func body(_ text: NotificationText) -> String {
        var json = JSONWriter(capacity: 8_192)
        json.beginObject()
        // What phones show; Slack reads it as mrkdwn.
        json.member("text", section.cut(text.headline, escape: escape))
        json.key("blocks")
        json.beginArray()
        json.beginObject()
        json.member("type", "header")
        json.key("text")
        json.beginObject()
        json.member("type", "plain_text")
        // Brackets that only look alike, whatever Slack makes of those in plain text.
        json.member("text", header.cut(text.headline.replacing("<", with: "\u{2039}").replacing(">", with: "\u{203a}")))
        json.member("emoji", false)
        json.endObject()
        json.endObject()
        if !text.introduction.isEmpty { writeSection(text.introduction.joined(separator: "\n"), to: &json) }
        for finding in text.findings { write(finding, to: &json) }
        if let remainder = text.remainder { writeSection(remainder, to: &json) }
        json.endArray()
        json.endObject()
        return json.text
    }

    private static func writeSection(_ text: String, to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", "section")
        json.key("text")
        writeText(section.cut(text, escape: escape), to: &json)
        json.endObject()
    }

    private static func write(_ finding: FindingText, to json: inout JSONWriter) {
        let heading = "*" + TextLimit(utf16: 500).cut(finding.heading, escape: escape) + "*"
        let link = finding.link.map(written).flatMap { $0.utf16.count > maximumLink ? nil : $0 } ?? ""
        let room = section.count - heading.utf16.count - link.utf16.count - 1
        let reason = finding.value(.reason).map { "\n" + TextLimit(utf16: min(2_000, room)).cut($0, escape: escape) } ?? ""
        json.beginObject()
        json.member("type", "section")
        json.key("text")
        writeText(heading + reason + link, to: &json)
        json.key("fields")
        json.beginArray()
        for row in finding.rows.filter({ $0.label != .reason }).prefix(maximumFields) {
            let value = TextLimit(utf16: field.count - 40).cut(row.value, escape: escape)
            writeText("*\(row.label.rawValue)*\n\(value)", to: &json)
        }
        json.endArray()
        json.endObject()
    }

    /// An address has none of the brackets, and stays what it is but for its ampersands.
    private static func written(_ link: String) -> String { "\n<" + link.replacing("&", with: "&amp;") + "|Open>" }

    /// Verbatim: addresses, channels and names in an attacker's text become no links and no mentions.
    private static func writeText(_ text: String, to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", "mrkdwn")
        json.member("text", text)
        json.member("verbatim", true)
        json.endObject()
    }

    /// The three characters that mrkdwn gives a meaning of their own as entities. The marks of emphasis have no escape:
    /// look-alikes take the place of those that would hide characters of a value. Underscores within words stay: they are none.
    package static func escape(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let isWord = { (index: Int) in
            guard scalars.indices.contains(index) else { return false }
            return scalars[index].properties.isAlphabetic || scalars[index].properties.numericType != nil
        }
        var escaped = ""
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "_" where !isWord(index - 1) || !isWord(index + 1): escaped += "\u{ff3f}"
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "*": escaped += "\u{2217}"
            case "~": escaped += "\u{223c}"
            case "`": escaped += "\u{2cb}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
