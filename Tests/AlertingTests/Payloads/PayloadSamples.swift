import EventModel
import Foundation
import Testing

import Alerting

/// Notifications that the formats are tried with.
enum PayloadSamples {
    static let now = Timestamp(seconds: 1_795_525_200)

    /// Texts that attackers would write, each far longer than any limit.
    static let hostileTexts: [String] = [
        String(repeating: "a", count: 10_000), String(repeating: "größe\u{1}\"\\", count: 2_000),
        String(repeating: "<!channel> & <@U1|x> *b* _i_ `c` ~s~ [l](https://evil.example) @everyone\n", count: 200),
        String(repeating: "{{title}}{{#findings}}${x}{{{", count: 400),
        "x\r\nBcc: eve@example.com\r\n\r\n.\r\nQUIT\r\n" + String(repeating: "\u{202e}\u{200b}\0", count: 3_000),
        "e" + String(repeating: "\u{301}", count: 10_000), String(repeating: "👩‍👩‍👧‍👦", count: 1_000),
        String(repeating: "\u{7f}", count: 9_000),
    ]

    static func finding(_ index: Int = 0, level: Level = .high) -> NotifiedFinding {
        var finding = Finding.make(
            uid: "f-\(index)", level: level, description: "Somebody guesses passwords.",
            tags: ["attack.t1110.003", "attack.credential_access"],
            group: [.init(field: "identity", value: "eve@example.com"), .init(field: "src_endpoint.ip", value: "203.0.113.9")],
            evidence: 12)
        finding.suppressed = 2
        finding.rule.playbook = "password-spraying"
        return NotifiedFinding(finding)
    }

    static func notification(
        _ kind: Alerting.Notification.Kind = .firing, findings: Int = 1, omitted: Int = 0, isDrill: Bool = false, key: String = "group-1",
        level: Level = .high
    ) -> Alerting.Notification {
        let notified = (0..<findings).map { index in
            var notified = finding(index, level: level)
            if kind != .firing, kind != .reminder { notified.assignee = "alice" }
            if kind == .acknowledged { notified.status = .acknowledged }
            if kind == .resolved { (notified.status, notified.verdict) = (.closed, .truePositive) }
            return notified
        }
        return Alerting.Notification(
            id: "msg_1", key: key, receiver: "soc", kind: kind, labels: [Label("identity", "eve@example.com")], findings: notified,
            omitted: omitted, isDrill: isDrill, createdAt: now)
    }

    /// All texts that may come from outside are that text.
    static func hostile(_ text: String, _ kind: Alerting.Notification.Kind = .firing, findings: Int = 25) -> Alerting.Notification {
        let notified = (0..<findings).map { index in
            let group = (0..<20).map { Finding.GroupValue(field: "\($0)" + text, value: text) }
            var finding = Finding.make(
                uid: "\(index)" + text, title: text, level: .critical, kind: text, description: text,
                tags: Array(repeating: text, count: 40), group: group, evidence: 100, reason: text)
            finding.rule.id = text
            finding.rule.falsePositives = Array(repeating: text, count: 10)
            finding.rule.playbook = text
            return NotifiedFinding(finding, status: .closed, assignee: text, verdict: .benign)
        }
        return Alerting.Notification(
            id: text, key: text, receiver: text, kind: kind, labels: (0..<20).map { Label("\($0)" + text, text) }, findings: notified,
            omitted: 7, isDrill: true, createdAt: now)
    }

    static func options() throws -> PayloadOptions {
        PayloadOptions(
            externalURL: LinkBase("https://siem.example.com/findings/{}"), playbookURL: LinkBase("https://wiki.example.com/"),
            template: try PayloadTemplate(
                #"{"t":"{{title}}","n":{{count}},"all":"{{text}}","f":[{{#findings}}{"u":"{{uid}}","e":{{events}}}{{/findings}}]}"#),
            sender: EmailAddress("siem@example.com"), recipients: [EmailAddress("soc@example.com")].compactMap { $0 })
    }

    static func payload(_ format: PayloadFormat, _ notification: Alerting.Notification) throws -> Payload {
        try #require(format.payload(for: notification, options: options()))
    }

    static func object(_ format: PayloadFormat, _ notification: Alerting.Notification) throws -> [String: Any] {
        let body = try payload(format, notification).body
        return try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    static func list(_ format: PayloadFormat, _ notification: Alerting.Notification) throws -> [[String: Any]] {
        let body = try payload(format, notification).body
        return try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[String: Any]])
    }

    /// All strings of a document, but for the names of members.
    static func strings(_ node: Any?) -> [String] {
        switch node {
        case let text as String: [text]
        case let list as [Any]: list.flatMap { strings($0) }
        case let object as [String: Any]: object.sorted { $0.key < $1.key }.flatMap { strings($0.value) }
        default: []
        }
    }
}
