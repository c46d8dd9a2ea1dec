import EventModel

/// A notification in words, before a format dresses them.
struct NotificationText {
    /// One line that says by itself what happened.
    var headline: String
    /// What holds for all of the findings: that it is a drill, what they have in common.
    var introduction: [String]
    /// The worst first.
    var findings: [FindingText]
    /// What is left out, and how to fetch it.
    var remainder: String?

    static let drillNotice = "DRILL: this is a test of the detection and of the people. Nothing has happened."

    init(_ notification: Notification, options: PayloadOptions, size: PayloadSize) {
        let texts = size.texts
        let shown = notification.findings.prefix(size.findings)
        headline = NotificationText.headline(notification, texts)
        introduction = notification.isDrill ? [NotificationText.drillNotice] : []
        if !notification.labels.isEmpty {
            let labels = notification.labels.prefix(8).map { label in
                texts.name.line(label.name) + " = " + texts.name.line(label.value)
            }
            introduction.append("In common: " + labels.joined(separator: ", "))
        }
        findings = shown.map { FindingText($0, options: options, texts: texts) }
        remainder = NotificationText.remainder(notification, shown: shown.count, texts)
    }

    /// What it is about in one line: the kind, the level, the title, the first value, and how many more.
    static func headline(_ notification: Notification, _ texts: TextLimits) -> String {
        let level = notification.level.severity
        let prefix =
            switch notification.kind {
            case .firing: level
            case .reminder: "Still open, \(level.lowercased())"
            case .acknowledged: "Acknowledged, \(level.lowercased())"
            case .resolved: "Resolved, \(level.lowercased())"
            }
        let total = notification.findings.count + max(0, notification.omitted)
        guard let worst = notification.findings.first?.finding else {
            return mark(notification) + "\(prefix): \(total) findings"
        }
        var text = mark(notification) + prefix + ": " + FindingText.title(worst, texts)
        if let subject = worst.group.first.map({ texts.name.line($0.value) }), !subject.isEmpty {
            text += " (" + subject + ")"
        }
        return total > 1 ? text + ", and \(total - 1) more" : text
    }

    /// Stands before whatever a receiver may show alone.
    static func mark(_ notification: Notification) -> String { notification.isDrill ? "[DRILL] " : "" }

    private static func remainder(_ notification: Notification, shown: Int, _ texts: TextLimits) -> String? {
        let left = notification.findings.dropFirst(shown)
        let count = left.count + max(0, notification.omitted)
        guard count > 0 else { return nil }
        let noun = count == 1 ? "1 more finding is" : "\(count) more findings are"
        let commands = left.prefix(3).map { FindingText.command($0.finding.uid, texts) }
        let list = commands + (commands.count < count ? ["siemctl alert ls"] : [])
        return noun + " left out here: " + list.joined(separator: "; ")
    }

    /// Whole, as plain text.
    func plainText() -> String {
        var lines = [headline, ""] + introduction
        for (index, finding) in findings.enumerated() {
            if lines.last?.isEmpty == false { lines.append("") }
            lines.append("\(index + 1). \(finding.heading)")
            for row in finding.rows { lines.append("   \(row.label.rawValue): \(row.value)") }
            if let link = finding.link { lines.append("   Link: \(link)") }
        }
        if let remainder { lines += ["", remainder] }
        return lines.joined(separator: "\n")
    }
}
