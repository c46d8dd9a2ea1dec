public import EventModel

/// How PagerDuty tells the urgency of an alert.
public enum PagerDutySeverity: String, Sendable, CaseIterable {
    case critical, error, warning, info

    /// What a level is unless configured otherwise.
    public init(_ level: Level) {
        self =
            switch level {
            case .critical: .critical
            case .high: .error
            case .medium: .warning
            case .low, .informational: .info
            }
    }
}

/// An event for PagerDuty's Events API v2 (developer.pagerduty.com/docs/events-api-v2), but for its `routing_key`. PagerDuty
/// takes 512 kB, far more than any body here has.
enum PagerDutyPayload {
    static let summary = TextLimit(utf16: 1_024)
    static let maximumKeyBytes = 255

    static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        PayloadSize.fit(findings: notification.findings.count) { size in
            body(notification, options, size)
        }.map { Payload(body: $0) }
    }

    private static func body(_ notification: Notification, _ options: PayloadOptions, _ size: PayloadSize) -> String {
        var json = JSONWriter(capacity: 8_192)
        json.beginObject()
        json.member("event_action", action(notification.kind))
        json.member("dedup_key", ReceiverKey.text(notification.key, maximumBytes: maximumKeyBytes))
        // Events that follow are told apart by their key alone.
        if action(notification.kind) == "trigger" {
            let text = NotificationText(notification, options: options, size: size)
            json.member("client", "Perimeter")
            writePayload(notification, text, options, size, to: &json)
            writeLinks(text, to: &json)
        }
        json.endObject()
        return json.text
    }

    /// A reminder triggers again: an incident that is still open stays one, and a closed one of an open group is opened.
    private static func action(_ kind: Notification.Kind) -> String {
        switch kind {
        case .firing, .reminder: "trigger"
        case .acknowledged: "acknowledge"
        case .resolved: "resolve"
        }
    }

    private static func writePayload(
        _ notification: Notification, _ text: NotificationText, _ options: PayloadOptions, _ size: PayloadSize,
        to json: inout JSONWriter
    ) {
        let level = notification.level
        json.key("payload")
        json.beginObject()
        json.member("summary", summary.cut(text.headline))
        let subject = notification.findings.first?.finding.group.first.map { size.texts.name.line($0.value) } ?? ""
        json.member("source", subject.isEmpty ? "Perimeter" : subject)
        json.member("severity", (options.severities[level] ?? PagerDutySeverity(level)).rawValue)
        json.member("timestamp", RFC3339.format(notification.createdAt))
        json.member("component", "Perimeter")
        if let finding = notification.findings.first?.finding {
            let rule = size.texts.name.line(finding.rule.id)
            if !rule.isEmpty { json.member("class", rule) }
        }
        json.key("custom_details")
        json.beginObject()
        json.member("drill", notification.isDrill)
        if !text.introduction.isEmpty { json.member("notes", text.introduction.joined(separator: "\n")) }
        json.key("findings")
        json.beginArray()
        for finding in text.findings {
            json.beginObject()
            json.member("Finding", finding.heading)
            for row in finding.rows { json.member(row.label.rawValue, row.value) }
            json.endObject()
        }
        json.endArray()
        json.member("left_out", ifPresent: text.remainder)
        json.endObject()
        json.endObject()
    }

    private static func writeLinks(_ text: NotificationText, to json: inout JSONWriter) {
        let links = text.findings.compactMap { finding in finding.link.map { (href: $0, text: finding.heading) } }
        guard !links.isEmpty else { return }
        json.key("links")
        json.beginArray()
        for link in links.prefix(10) {
            json.beginObject()
            json.member("href", link.href)
            json.member("text", link.text)
            json.endObject()
        }
        json.endArray()
    }
}
