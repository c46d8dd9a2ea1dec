import Alerting
import EventModel
import Storage

/// One finding as a person reads it: what, why, and the events behind it in time order, across products.
struct AlertStory {
    let stored: StoredFinding
    let events: [FoundEvent]
    /// What its rule says is to be done.
    let playbook: PlaybookLines?
    let deliveries: [DeliveryRecord]
    let changes: [HandChange]

    /// It was raised by what other findings add up to; its evidence is the first event of each.
    private var isOfRisk: Bool { stored.finding.rule.id == RiskCrossing.ruleID }

    func lines(_ style: Style) -> [String] {
        let finding = stored.finding
        let noun = isOfRisk ? "findings" : "events"
        var lines = [
            style.paint(finding.rule.title, .bold) + "  "
                + style.paint(finding.rule.level.rawValue, AlertText.tone(finding.rule.level)),
            "uid \(finding.uid), \(AlertText.status(stored)), risk \(stored.risk)",
        ]
        if let previous = stored.previous { lines.append("follows \(previous), which was closed before") }
        lines += [
            "",
            "why      \(finding.reason)",
            "seen     \(TimeText.short(finding.firstSeen)) to \(TimeText.short(finding.lastSeen)) UTC, \(finding.count) \(noun)",
        ]
        if isOfRisk { lines.append("which    siemctl entity show \(finding.group.map(\.value).joined())") }
        for value in finding.group { lines.append("\(value.field)  \(value.value)") }
        if !finding.rule.tags.isEmpty { lines.append("tags     \(finding.rule.tags.joined(separator: ", "))") }
        if !finding.rule.description.isEmpty { lines += [""] + Self.wrapped(finding.rule.description, to: style.width ?? 100) }
        lines += ["", style.paint("What happened", .bold)] + evidence(style)
        if finding.count > finding.evidence.count {
            lines.append("… \(finding.count - finding.evidence.count) more \(noun) between them")
        }
        if !finding.rule.falsePositives.isEmpty {
            lines += ["", style.paint("Could also be", .bold)] + finding.rule.falsePositives.map { "· \($0)" }
        }
        if let playbook { lines += [""] + playbook.lines(changes, style) }
        if !changes.isEmpty { lines += ["", style.paint("What was done", .bold)] + changes.map(Self.text) }
        if !deliveries.isEmpty { lines += ["", style.paint("Told", .bold)] + deliveries.map(Self.text) }
        return lines
    }

    /// Runs of events that say the same (product, action, status, base rule) are one line.
    private func evidence(_ style: Style) -> [String] {
        let bySequence = Dictionary(events.map { ($0.sequence, $0.event) }, uniquingKeysWith: { first, _ in first })
        var table = Table([
            .init(title: "TIME (UTC)", isFixed: true), .init(title: "TIMES", alignsRight: true), .init(title: "PRODUCT"),
            .init(title: "ACTION"), .init(title: "STATUS"), .init(title: "ADDRESS"), .init(title: "OBJECT"),
        ])
        var run: (start: Timestamp, count: Int, cells: [String], object: String)?
        func flush() {
            guard let run else { return }
            let status = run.cells[2]
            table.add(
                [Table.Cell(TimeText.short(run.start), .dim), .init(run.count > 1 ? "\(run.count)×" : "")]
                    + run.cells.map { Table.Cell($0, $0 == status && status == "Failure" ? .red : .plain) }
                    + [.init(run.count > 1 && !run.object.isEmpty ? run.object + ", …" : run.object)])
        }
        for evidence in stored.finding.evidence {
            guard let event = bySequence[evidence.sequence] else { continue }
            let cells = [
                event.text(.productName) ?? "", event.text(.eventCode) ?? event.text(.activityName) ?? "",
                event.text(.status) ?? "",
                event.text(.sourceIP) ?? "",
            ]
            if run?.cells == cells {
                run?.count += 1
            } else {
                flush()
                run = (evidence.time, 1, cells, event.text(.message) ?? "")
            }
        }
        flush()
        return table.lines(style)
    }

    private static func text(_ change: HandChange) -> String {
        let what =
            switch change.action {
            case .acknowledge: "acknowledged it"
            case .assign: change.detail.isEmpty ? "took it from its assignee" : "gave it to \(change.detail)"
            case .note: change.detail
            case .close: "closed it as \(change.detail.replacing("_", with: " "))"
            case .reopen: "opened it again" + (change.detail.isEmpty ? "" : ": " + change.detail)
            case .step: "step \(change.detail)"
            }
        return "\(TimeText.short(change.at))  \(change.who)  \(what)"
    }

    private static func text(_ delivery: DeliveryRecord) -> String {
        let attempts = "\(delivery.attempts) attempt\(delivery.attempts == 1 ? "" : "s")"
        let end = delivery.deliveredAt.map { " at \(TimeText.short($0))" } ?? delivery.lastError.map { ": \($0)" } ?? ""
        return "\(delivery.endpoint)  \(delivery.state.rawValue) after \(attempts)\(end)"
    }

    private static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty && line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
