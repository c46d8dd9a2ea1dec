import EventModel
import Testing

import Alerting

@Suite struct PagerDutyPayloadTests {
    @Test(arguments: [
        (Notification.Kind.firing, "trigger"), (.reminder, "trigger"), (.acknowledged, "acknowledge"), (.resolved, "resolve"),
    ])
    func theActionIsInStepWithTheKind(kind: Notification.Kind, action: String) throws {
        let event = try PayloadSamples.object(.pagerduty, PayloadSamples.notification(kind))
        #expect(event["event_action"] as? String == action)
        #expect(event["dedup_key"] as? String == "group-1")
        #expect((event["payload"] != nil) == (action == "trigger"))
    }

    @Test(arguments: [
        (Level.critical, "critical"), (.high, "error"), (.medium, "warning"), (.low, "info"), (.informational, "info"),
    ])
    func theSeverityIsTheLevels(level: Level, severity: String) throws {
        let event = try PayloadSamples.object(.pagerduty, PayloadSamples.notification(level: level))
        let payload = try #require(event["payload"] as? [String: Any])
        #expect(payload["severity"] as? String == severity)
        #expect(payload["source"] as? String == "eve@example.com")
        #expect(payload["timestamp"] as? String == "2026-11-24T13:00:00.000Z")
    }

    @Test func theSeverityMayBeConfigured() throws {
        var options = try PayloadSamples.options()
        options.severities = [.high: .critical]
        let body = try #require(PayloadFormat.pagerduty.payload(for: PayloadSamples.notification(), options: options)?.body)
        #expect(body.contains(#""severity":"critical""#))
    }

    @Test(arguments: PayloadSamples.hostileTexts)
    func keepsWithinTheAPI(text: String) throws {
        let event = try PayloadSamples.object(.pagerduty, PayloadSamples.hostile(text))
        let key = try #require(event["dedup_key"] as? String)
        #expect((1...255).contains(key.utf16.count))
        let payload = try #require(event["payload"] as? [String: Any])
        #expect((1...1_024).contains((payload["summary"] as? String ?? "").utf16.count))
        #expect((payload["source"] as? String ?? "").isEmpty == false)
        let resolved = try PayloadSamples.object(.pagerduty, PayloadSamples.hostile(text, .resolved))
        #expect(resolved["dedup_key"] as? String == key)
    }

    @Test func linksToEachFinding() throws {
        let event = try PayloadSamples.object(.pagerduty, PayloadSamples.notification(findings: 2))
        let links = try #require(event["links"] as? [[String: String]])
        #expect(links.map { $0["href"] } == ["https://siem.example.com/findings/f-0", "https://siem.example.com/findings/f-1"])
        #expect(links.allSatisfy { $0["text"]?.isEmpty == false })
    }
}
