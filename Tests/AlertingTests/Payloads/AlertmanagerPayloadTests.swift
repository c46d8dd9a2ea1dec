import EventModel
import Testing

import Alerting

@Suite struct AlertmanagerPayloadTests {
    @Test func oneAlertAFinding() throws {
        let alerts = try PayloadSamples.list(.alertmanager, PayloadSamples.notification(findings: 2))
        #expect(alerts.count == 2)
        #expect(alerts[0]["startsAt"] as? String == "2026-11-24T12:00:00.000Z")
        #expect(alerts[0]["endsAt"] as? String == "2027-11-25T13:00:00.000Z", "a year, or until it is closed")
        #expect(alerts[0]["generatorURL"] as? String == "https://siem.example.com/findings/f-0")
        #expect((alerts[0]["labels"] as? [String: String]) == [
            "alertname": "Many failed sign-ins", "severity": "high", "rule": "rule-1", "finding": "f-0",
            "identity": "eve@example.com", "src_endpoint_ip": "203.0.113.9",
        ])
        let annotations = try #require(alerts[0]["annotations"] as? [String: String])
        #expect(annotations["summary"] == "HIGH: Many failed sign-ins")
        #expect(annotations["description"]?.contains("10 in 5 min") == true)
    }

    @Test func whatIsClosedHasEnded() throws {
        let alerts = try PayloadSamples.list(.alertmanager, PayloadSamples.notification(.resolved))
        #expect(alerts[0]["endsAt"] as? String == "2026-11-24T13:00:00.000Z")
        var mixed = PayloadSamples.notification(findings: 2)
        mixed.findings[1].status = .closed
        let ended = try PayloadSamples.list(.alertmanager, mixed).map { $0["endsAt"] as? String == "2026-11-24T13:00:00.000Z" }
        #expect(ended == [false, true])
    }

    @Test func itsLifetimeMayBeConfigured() throws {
        var options = try PayloadSamples.options()
        options.alertLifetime = .seconds(3_600)
        let body = PayloadFormat.alertmanager.payload(for: PayloadSamples.notification(), options: options)?.body
        #expect(body?.contains(#""endsAt":"2026-11-24T14:00:00.000Z""#) == true)
    }

    /// Others join a drill's group, and it stays the alert that it was.
    @Test func aDrillIsOneByItself() throws {
        var notification = PayloadSamples.notification(findings: 2)
        notification.findings[0].finding.group.append(.init(field: Finding.drillField, value: "k7q2"))
        let drills = try PayloadSamples.list(.alertmanager, notification).map { ($0["labels"] as? [String: String])?["drill"] }
        #expect(drills == ["true", nil])
    }

    @Test func anAcknowledgementIsNothingForIt() throws {
        let notification = PayloadSamples.notification(.acknowledged)
        #expect(PayloadFormat.alertmanager.payload(for: notification, options: try PayloadSamples.options()) == nil)
    }

    @Test(arguments: PayloadSamples.hostileTexts)
    func labelsAreNamesThatEveryVersionTakesAndDoNotDependOnTheRoom(text: String) throws {
        let many = try PayloadSamples.list(.alertmanager, PayloadSamples.hostile(text))
        #expect(many.count == 25, "an alert that is not told goes on firing")
        let one = try PayloadSamples.list(.alertmanager, PayloadSamples.hostile(text, .resolved, findings: 1))
        let labels = try #require(many[0]["labels"] as? [String: String])
        #expect(labels == one[0]["labels"] as? [String: String])
        for (name, value) in labels {
            #expect(name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil, "\(name)")
            #expect(!value.isEmpty)
        }
        #expect(labels["alertname"] != nil)
    }
}
