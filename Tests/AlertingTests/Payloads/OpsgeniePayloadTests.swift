import EventModel
import Testing

import Alerting

@Suite struct OpsgeniePayloadTests {
    @Test(arguments: [
        (Notification.Kind.firing, ""), (.reminder, ""), (.acknowledged, "/group-1/acknowledge?identifierType=alias"),
        (.resolved, "/group-1/close?identifierType=alias"),
    ])
    func theRequestIsInStepWithTheKind(kind: Notification.Kind, path: String) throws {
        let payload = try PayloadSamples.payload(.opsgenie, PayloadSamples.notification(kind))
        #expect(payload.path == path)
        let body = try PayloadSamples.object(.opsgenie, PayloadSamples.notification(kind))
        #expect((body["alias"] as? String == "group-1") == path.isEmpty)
        #expect((body["note"] != nil) == !path.isEmpty)
    }

    @Test func saysWhoClosedItAndWhy() throws {
        let body = try PayloadSamples.object(.opsgenie, PayloadSamples.notification(.resolved))
        #expect((body["note"] as? String)?.hasSuffix("Status: closed, true positive, assigned to alice") == true)
    }

    @Test(arguments: [
        (Level.critical, "P1"), (.high, "P2"), (.medium, "P3"), (.low, "P4"), (.informational, "P5"),
    ])
    func thePriorityIsTheLevels(level: Level, priority: String) throws {
        let alert = try PayloadSamples.object(.opsgenie, PayloadSamples.notification(level: level))
        #expect(alert["priority"] as? String == priority)
        var options = try PayloadSamples.options()
        options.priorities = [level: .p3]
        let notification = PayloadSamples.notification(level: level)
        let body = PayloadFormat.opsgenie.payload(for: notification, options: options)?.body
        #expect(body?.contains(#""priority":"P3""#) == true)
    }

    @Test(arguments: [Notification.Kind.firing, .acknowledged, .resolved])
    func whatIsShownAsHTMLHasNoTags(kind: Notification.Kind) throws {
        let alert = try PayloadSamples.object(.opsgenie, PayloadSamples.hostile("<a href=x>bank</a>", kind, findings: 1))
        let shown = ["message", "description", "note"].compactMap { alert[$0] as? String }
        #expect(!shown.isEmpty && shown.allSatisfy { !$0.contains("<") && $0.contains("\u{2039}a href=x\u{203a}") }, "\(shown)")
    }

    @Test(arguments: PayloadSamples.hostileTexts)
    func keepsWithinTheAPI(text: String) throws {
        let alert = try PayloadSamples.object(.opsgenie, PayloadSamples.hostile(text))
        #expect((1...130).contains((alert["message"] as? String ?? "").utf16.count))
        #expect((1...512).contains((alert["alias"] as? String ?? "").utf16.count))
        #expect((1...15_000).contains((alert["description"] as? String ?? "").utf16.count))
        #expect((alert["entity"] as? String ?? "").utf16.count <= 512)
        let tags = try #require(alert["tags"] as? [String])
        #expect((1...20).contains(tags.count))
        #expect(tags.allSatisfy { (1...50).contains($0.utf16.count) })
        #expect(Set(tags).count == tags.count)
        let details = try #require(alert["details"] as? [String: String])
        #expect(details.reduce(0) { $0 + $1.key.utf16.count + $1.value.utf16.count } <= 8_000)
        let closed = try PayloadSamples.payload(.opsgenie, PayloadSamples.hostile(text, .resolved))
        #expect(closed.path.hasPrefix("/\(try #require(alert["alias"] as? String))/close?"))
    }
}
