import EventModel

/// What is written in a place of a template.
package enum TemplateValue: Equatable {
    case text(String)
    case number(Int)
    case bool(Bool)
}

/// Names of a notification's values.
package enum NotificationField: String, CaseIterable, Sendable {
    case id, key, receiver, kind, level, title, text, group, drill, count, shown, omitted, remainder
    case createdAt = "created_at"
    case createdAtMilliseconds = "created_at_ms"
    case severityID = "severity_id"

    /// Whether its values are texts, which stand in strings only.
    package var isText: Bool {
        switch self {
        case .drill, .count, .shown, .omitted, .createdAtMilliseconds, .severityID: false
        default: true
        }
    }

    /// What is left out is said even where the text before it is cut.
    private static func whole(_ text: NotificationText, _ limit: TextLimit) -> String {
        var told = text
        told.remainder = nil
        return limit.cut(told.plainText()) + (text.remainder.map { "\n\n" + $0 } ?? "")
    }

    func value(_ notification: Notification, _ text: NotificationText, _ texts: TextLimits) -> TemplateValue {
        let total = notification.findings.count + max(0, notification.omitted)
        return switch self {
        case .id: .text(notification.id)
        case .key: .text(texts.name.cut(notification.key))
        case .receiver: .text(notification.receiver)
        case .kind: .text(notification.kind.rawValue)
        case .level: .text(notification.level.rawValue)
        case .title: .text(text.headline)
        case .text: .text(NotificationField.whole(text, TextLimit(bytes: texts.text.count * 4)))
        case .group:
            .text(notification.labels.prefix(8).map { label in
                texts.name.line(label.name) + " = " + texts.name.line(label.value)
            }.joined(separator: ", "))
        case .drill: .bool(notification.isDrill)
        case .count: .number(total)
        case .shown: .number(text.findings.count)
        case .omitted: .number(total - text.findings.count)
        case .remainder: .text(text.remainder ?? "")
        case .createdAt: .text(RFC3339.format(notification.createdAt))
        case .createdAtMilliseconds: .number(Int(notification.createdAt.milliseconds))
        case .severityID: .number(notification.level.severityID)
        }
    }
}

/// Names of a finding's values.
package enum FindingField: String, CaseIterable, Sendable {
    case uid, title, level, reason, description, subject, events, status, assignee, verdict, playbook, command, link
    case rule = "rule_id"
    case severityID = "severity_id"
    case firstSeen = "first_seen"
    case lastSeen = "last_seen"

    package var isText: Bool { self != .events && self != .severityID }

    func value(_ notified: NotifiedFinding, _ text: FindingText, _ texts: TextLimits) -> TemplateValue {
        let finding = notified.finding
        return switch self {
        case .uid: .text(texts.name.cut(finding.uid))
        case .title: .text(FindingText.title(finding, texts))
        case .level: .text(finding.rule.level.rawValue)
        case .reason: .text(text.value(.reason) ?? "")
        case .description: .text(text.value(.meaning) ?? "")
        case .subject: .text(text.value(.subject) ?? "")
        case .events: .number(finding.count)
        case .status: .text(notified.status.rawValue)
        case .assignee: .text(texts.name.line(notified.assignee ?? ""))
        case .verdict: .text(notified.verdict?.rawValue ?? "")
        case .playbook: .text(texts.name.line(notified.playbook ?? ""))
        case .command: .text(text.value(.command) ?? "")
        case .link: .text(text.link ?? "")
        case .rule: .text(texts.name.line(finding.rule.id))
        case .severityID: .number(finding.rule.level.severityID)
        case .firstSeen: .text(RFC3339.format(finding.firstSeen))
        case .lastSeen: .text(RFC3339.format(finding.lastSeen))
        }
    }
}
