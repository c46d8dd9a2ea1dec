import EventModel
import Testing

import Alerting

@Suite struct DiscordPayloadTests {
    @Test(arguments: PayloadSamples.hostileTexts + ["short"])
    func keepsWithinItsLimits(text: String) throws {
        let message = try PayloadSamples.object(.discord, PayloadSamples.hostile(text))
        #expect((1...2_000).contains((message["content"] as? String ?? "").utf16.count))
        #expect((message["allowed_mentions"] as? [String: [String]]) == ["parse": []])
        let embeds = try #require(message["embeds"] as? [[String: Any]])
        #expect((1...10).contains(embeds.count))
        var total = 0
        for embed in embeds {
            let title = (embed["title"] as? String ?? "").utf16.count
            let description = (embed["description"] as? String ?? "").utf16.count
            #expect((1...256).contains(title))
            #expect(description <= 4_096)
            let fields = try #require(embed["fields"] as? [[String: Any]])
            #expect(fields.count <= 25)
            total += title + description
            for field in fields {
                let name = (field["name"] as? String ?? "").utf16.count
                let value = (field["value"] as? String ?? "").utf16.count
                #expect((1...256).contains(name))
                #expect((1...1_024).contains(value))
                total += name + value
            }
        }
        #expect(total <= 6_000)
    }

    @Test(arguments: [
        ("[l](https://e.example)", #"\[l\]\(https\://e.example\)"#), ("@everyone", #"\@everyone"#), ("**b**", #"\*\*b\*\*"#),
        (#"\*"#, #"\\\*"#), ("<@1>", #"\<\@1\>"#),
    ])
    func escapes(text: String, expected: String) { #expect(DiscordPayload.escape(text) == expected) }
}
