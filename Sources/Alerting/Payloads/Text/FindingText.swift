import EventModel

/// A finding in words that need no further context, before a format dresses them.
struct FindingText {
    struct Row {
        enum Label: String {
            case subject = "Who or where"
            case reason = "Why"
            case meaning = "What it means"
            case time = "When"
            case events = "Events"
            case status = "Status"
            case advice = "What to do"
            case falsePositives = "Known false positives"
            case command = "Look further"
        }

        var label: Label
        var value: String
    }

    /// Level and title.
    var heading: String
    var rows: [Row]
    /// Where people see more of it.
    var link: String?

    init(_ notified: NotifiedFinding, options: PayloadOptions, texts: TextLimits) {
        let finding = notified.finding
        heading = finding.rule.level.rawValue.uppercased() + ": " + FindingText.title(finding, texts)
        let rows: [(Row.Label, String)] = [
            (.subject, FindingText.subject(finding, texts)),
            (.reason, texts.text.line(finding.reason)),
            (.meaning, texts.text.line(finding.rule.description)),
            (.time, FindingText.period(finding)),
            (.events, FindingText.events(finding)),
            (.status, FindingText.status(notified, texts)),
            (.advice, FindingText.advice(notified, options, texts)),
            (.falsePositives, FindingText.falsePositives(finding, texts)),
            (.command, FindingText.command(finding.uid, texts)),
        ]
        self.rows = rows.compactMap { $0.1.isEmpty ? nil : Row(label: $0.0, value: $0.1) }
        link = options.externalURL?.link(finding.uid)
    }

    func value(_ label: Row.Label) -> String? { rows.first { $0.label == label }?.value }

    static func title(_ finding: Finding, _ texts: TextLimits) -> String {
        let title = texts.name.line(finding.rule.title)
        return title.isEmpty ? texts.name.line(finding.rule.id) : title
    }

    /// The values that the events have in common: accounts, addresses. A handful; the document has all.
    static func subject(_ finding: Finding, _ texts: TextLimits) -> String {
        let shown = finding.group.prefix(6).map { value in
            texts.name.line(value.field) + " = " + texts.name.line(value.value)
        }
        let rest = finding.group.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? ", and \(rest) more" : "")
    }

    static func period(_ finding: Finding) -> String {
        let first = instant(finding.firstSeen)
        let last = instant(finding.lastSeen)
        return first == last ? first : first + " to " + last
    }

    static func instant(_ time: Timestamp) -> String { RFC3339.format(time, fractionDigits: 0) }

    private static func events(_ finding: Finding) -> String {
        let suppressed = finding.suppressed > 0 ? ", and \(finding.suppressed) of findings like it that were not raised" : ""
        return "\(finding.count)" + suppressed
    }

    static func status(_ notified: NotifiedFinding, _ texts: TextLimits) -> String {
        var status = notified.status.rawValue
        if let verdict = notified.verdict { status += ", " + verdict.rawValue.replacing("_", with: " ") }
        if let assignee = notified.assignee.map(texts.name.line), !assignee.isEmpty {
            status += ", assigned to " + assignee
        }
        return status
    }

    private static func advice(_ notified: NotifiedFinding, _ options: PayloadOptions, _ texts: TextLimits) -> String {
        guard let playbook = notified.playbook, !playbook.isEmpty else { return "" }
        let name = "follow the playbook " + texts.name.line(playbook)
        return options.playbookURL.map { name + ", " + $0.link(playbook) } ?? name
    }

    private static func falsePositives(_ finding: Finding, _ texts: TextLimits) -> String {
        finding.rule.falsePositives.prefix(3).map { texts.name.line($0) }.joined(separator: "; ")
    }

    /// What shows the whole finding. It takes the beginning of a uid as well.
    static func command(_ uid: String, _ texts: TextLimits) -> String {
        let cut = texts.name.cut(uid)
        return "siemctl alert show " + DisplayText.shellWord(DisplayText.line(cut == uid ? uid : String(cut.dropLast())))
    }
}
