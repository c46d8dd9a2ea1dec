import EventModel

/// Alerts for Prometheus Alertmanager's `POST /api/v2/alerts` (its `api/v2/openapi.yaml`), one a finding.
///
/// Alertmanager tells alerts apart by their labels: nothing that changes while a finding is open, or that depends on how much
/// room there is, may be among them.
enum AlertmanagerPayload {
    private static let labelName = TextLimit(bytes: 64)
    private static let labelValue = TextLimit(bytes: 128)
    private static let maximumLabels = 10
    /// It takes bodies of any size. Every finding has to be told: an alert whose end is not told goes on firing.
    static let maximumBytes = 256 * 1_024
    /// Of what is open, in microseconds: Alertmanager's own time, five minutes unless configured, would end what nobody closed.
    private static let standardLifetime: Int64 = 366 * 86_400_000_000

    static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        // It knows no acknowledgement: alerts that somebody looks at go on firing.
        guard notification.kind != .acknowledged else { return nil }
        return PayloadSize.fit(findings: notification.findings.count, maximumBytes: maximumBytes) { size in
            body(notification, options, size)
        }.map { Payload(body: $0) }
    }

    private static func body(_ notification: Notification, _ options: PayloadOptions, _ size: PayloadSize) -> String {
        let text = NotificationText(notification, options: options, size: size)
        var json = JSONWriter(capacity: 8_192)
        json.beginArray()
        for (index, finding) in text.findings.enumerated() {
            let notified = notification.findings[index]
            json.beginObject()
            json.member("startsAt", RFC3339.format(notified.finding.firstSeen))
            json.member("endsAt", RFC3339.format(end(notified, notification, options)))
            json.key("labels")
            json.beginObject()
            for label in labels(notified) { json.member(label.name, label.value) }
            json.endObject()
            json.key("annotations")
            json.beginObject()
            let mark = NotificationText.mark(notification)
            json.member("summary", mark + finding.heading)
            json.member("description", description(finding, text, isFirst: index == 0))
            for row in finding.rows { json.member(name(row.label.rawValue), row.value) }
            json.endObject()
            json.member("generatorURL", ifPresent: finding.link)
            json.endObject()
        }
        json.endArray()
        return json.text
    }

    private static func description(_ finding: FindingText, _ text: NotificationText, isFirst: Bool) -> String {
        var lines = text.introduction
        lines.append(finding.value(.reason) ?? finding.heading)
        if isFirst, let remainder = text.remainder { lines.append(remainder) }
        return lines.joined(separator: "\n")
    }

    /// When it stopped firing; else until when it fires unless it is sent again.
    private static func end(
        _ notified: NotifiedFinding, _ notification: Notification, _ options: PayloadOptions
    ) -> Timestamp {
        let now = max(notification.createdAt, notified.finding.firstSeen)
        if notification.kind == .resolved || notified.status == .closed { return now }
        return now + (options.alertLifetime.map { $0.components.seconds * 1_000_000 } ?? standardLifetime)
    }

    private static func labels(_ notified: NotifiedFinding) -> [Label] {
        let finding = notified.finding
        var labels = [
            Label("alertname", finding.rule.title.isEmpty ? finding.rule.id : finding.rule.title),
            Label("severity", finding.rule.level.rawValue), Label("rule", finding.rule.id), Label("finding", finding.uid),
        ]
        if notified.isDrill { labels.append(Label("drill", "true")) }
        labels += finding.group.prefix(maximumLabels).map { Label($0.field, $0.value) }
        var seen: Set<String> = []
        return labels.compactMap { label in
            let name = name(labelName.line(label.name))
            let value = labelValue.line(label.value)
            return !value.isEmpty && seen.insert(name).inserted ? Label(name, value) : nil
        }
    }

    /// Names that every version takes: `[a-zA-Z_][a-zA-Z0-9_]*`.
    static func name(_ text: String) -> String {
        let bytes = text.utf8.map { ASCII.isAlphanumeric($0) ? $0 : UInt8(ascii: "_") }
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        return bytes.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? true ? "_" + name : name
    }
}
