import EventModel
import Foundation
import Testing

import Alerting

@Suite struct SlackPayloadTests {
    @Test func saysOneFindingInBlocks() throws {
        let message = try PayloadSamples.object(.slack, PayloadSamples.notification())
        #expect(message["text"] as? String == "High: Many failed sign-ins (eve@example.com)")
        let blocks = try #require(message["blocks"] as? [[String: Any]])
        #expect(blocks.map { $0["type"] as? String } == ["header", "section", "section"])
        let finding = PayloadSamples.strings(blocks[2])
        #expect(finding.contains("*HIGH: Many failed sign-ins*\n10 in 5 min\n<https://siem.example.com/findings/f-0|Open>"))
        #expect(finding.contains("*Who or where*\nidentity = eve@example.com, src_endpoint.ip = 203.0.113.9"))
        #expect(finding.contains("*Look further*\nsiemctl alert show f-0"))
    }

    @Test(arguments: PayloadSamples.hostileTexts)
    func keepsWithinBlockKit(text: String) throws {
        let message = try PayloadSamples.object(.slack, PayloadSamples.hostile(text))
        let blocks = try #require(message["blocks"] as? [[String: Any]])
        #expect((1...50).contains(blocks.count))
        for block in blocks {
            let text = try #require((block["text"] as? [String: Any])?["text"] as? String)
            #expect((1...(block["type"] as? String == "header" ? 150 : 3_000)).contains(text.utf16.count))
            let fields = block["fields"] as? [[String: Any]] ?? []
            #expect(fields.count <= 10)
            #expect(fields.allSatisfy { (1...2_000).contains(($0["text"] as? String ?? "").utf16.count) })
        }
    }

    @Test(arguments: [
        ("<!channel>", "&lt;!channel&gt;"), ("a & b", "a &amp; b"), ("&lt;", "&amp;lt;"), ("*b*", "\u{2217}b\u{2217}"),
        ("`c`", "\u{2cb}c\u{2cb}"), ("a_b", "a_b"),
        ("_i_", "\u{ff3f}i\u{ff3f}"), ("x=_a_b_", "x=\u{ff3f}a_b\u{ff3f}"), ("__a", "\u{ff3f}\u{ff3f}a"), ("ö_1", "ö_1"),
    ])
    func escapes(text: String, expected: String) { #expect(SlackPayload.escape(text) == expected) }

    @Test(arguments: [(110, true), (118, false)])
    func aLongLinkLeavesTheRestItsRoom(count: Int, isWritten: Bool) throws {
        let base = "https://siem.example.com/~soc/_x_?" + String(repeating: isWritten ? "a=1&" : "&&&&", count: count)
        let options = PayloadOptions(externalURL: LinkBase(base))
        let hostile = PayloadSamples.hostile(String(repeating: "&", count: 10_000), findings: 1)
        let body = try #require(PayloadFormat.slack.payload(for: hostile, options: options)).body
        let message = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        let blocks = try #require(message["blocks"] as? [[String: Any]])
        let texts = blocks.compactMap { ($0["text"] as? [String: Any])?["text"] as? String }
        #expect(texts.allSatisfy { $0.utf16.count <= 3_000 }, "\(texts.map(\.utf16.count))")
        #expect(texts.contains { $0.contains("<https://siem.example.com/~soc/_x_?a=1&amp;") } == isWritten)
    }

    @Test func mentionsNobody() throws {
        let body = try PayloadSamples.payload(.slack, PayloadSamples.hostile("<!channel> <@U1>", findings: 1)).body
        #expect(!body.contains("<!") && !body.contains("<@"))
        #expect(body.ranges(of: #""type":"mrkdwn""#).count == body.ranges(of: #""verbatim":true"#).count)
    }
}
