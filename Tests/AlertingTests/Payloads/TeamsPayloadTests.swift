import EventModel
import Testing

import Alerting

@Suite struct TeamsPayloadTests {
    private func card(_ notification: Notification) throws -> [String: Any] {
        let message = try PayloadSamples.object(.teams, notification)
        #expect(message["type"] as? String == "message")
        let attachments = try #require(message["attachments"] as? [[String: Any]])
        #expect(attachments.count == 1)
        #expect(attachments[0]["contentType"] as? String == "application/vnd.microsoft.card.adaptive")
        // It is there, and null.
        #expect(attachments[0].keys.sorted() == ["content", "contentType", "contentUrl"] && !(attachments[0]["contentUrl"] is String))
        return try #require(attachments[0]["content"] as? [String: Any])
    }

    @Test func isAnAdaptiveCard() throws {
        let card = try card(PayloadSamples.notification())
        #expect(card["type"] as? String == "AdaptiveCard")
        #expect(card["version"] as? String == "1.4")
        #expect(PayloadSamples.strings(card["body"]).contains("High: Many failed sign-ins (eve@example.com)"))
        let actions = try #require(card["actions"] as? [[String: String]])
        #expect(actions == [
            ["type": "Action.OpenUrl", "title": "Open", "url": "https://siem.example.com/findings/f-0"]
        ])
    }

    @Test(arguments: PayloadSamples.hostileTexts + ["[your bank](https://evil.example.com)"])
    func noTextIsMarkup(text: String) throws {
        let card = try card(PayloadSamples.hostile(text))
        let fallback = try #require(card["fallbackText"] as? String)
        #expect(!fallback.contains("[") && !fallback.contains("]"), "Markdown's links")
        let blocks = try #require(card["body"] as? [[String: Any]])
        #expect(blocks.allSatisfy { $0["type"] as? String == "RichTextBlock" })
        #expect(!PayloadSamples.strings(card).contains { $0.contains("{{") || $0.contains("${") })
        #expect((card["actions"] as? [Any] ?? []).count <= 6)
    }
}
