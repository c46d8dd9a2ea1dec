import Pipeline

/// What became of a drill, stage by stage.
struct DrillLines {
    private let report: DrillReport

    init(_ report: DrillReport) { self.report = report }

    func lines(_ style: Style) -> [String] {
        var lines = ["\(style.paint(report.title, .bold))  \(style.paint("\(report.scenario), \(report.id)", .dim))"]
        func add(_ stage: String, _ isDone: Bool, _ text: String, after: Int64? = nil) {
            let mark = isDone ? style.paint("✓", .green) : style.paint("✗", .red)
            let name = stage + String(repeating: " ", count: max(0, 10 - stage.count))
            let time = after.map { "  " + style.paint(Self.time($0), .dim) } ?? ""
            lines.append("  \(mark) \(name) \(text)\(time)")
        }
        guard let accepted = report.acceptedAfter else { return lines + [verdict(style)] }
        add("announced", true, "siemd has taken notice", after: accepted)
        guard let took = report.sendingTook else { return lines + [verdict(style)] }
        add("sent", true, "\(report.sent) records through \(report.doors)", after: took)
        add(
            "collected", report.collected >= report.sent, "\(report.collected) of \(report.sent) records are stored",
            after: report.collectedAfter)
        for detection in report.detections {
            let title = detection.title ?? "the rule \(detection.rule) raised nothing"
            let uid = detection.finding.map { "  " + style.paint(AlertText.shortUID($0), .dim) } ?? ""
            add("detected", detection.finding != nil, title + uid, after: detection.after)
        }
        if report.others > 0 { lines.append("    and \(report.others) more findings that the scenario does not ask for") }
        for missing in report.missing { add("routed", false, "nobody was told of \(missing)") }
        if report.isToldNobody { lines.append("    nobody is to be told: no receiver, or none for findings of this level") }
        for notice in report.notices {
            let count = notice.findings.count == 1 ? "1 finding" : "\(notice.findings.count) findings"
            let delivery = style.paint(notice.delivery, .dim)
            add("routed", true, "\(count) to \(notice.endpoint)  \(delivery)", after: notice.routedAfter)
            add(
                "delivered", notice.deliveredAfter != nil, "\(notice.endpoint) answered \(notice.answer ?? "nothing yet")",
                after: notice.deliveredAfter)
        }
        return lines + [verdict(style)]
    }

    private func verdict(_ style: Style) -> String {
        if let failure = report.failure { return style.paint("FAILED", .red) + "  " + failure }
        return style.paint("PASSED", .green) + "  its findings are closed as a test"
    }

    /// One line while it runs.
    static func progress(_ report: DrillReport) -> String {
        let detected = report.detections.count { $0.finding != nil }
        let delivered = report.notices.count { $0.deliveredAfter != nil }
        return "\(report.scenario): \(report.collected) of \(report.sent) collected, \(detected) of \(report.detections.count) "
            + "detected, \(delivered) of \(report.notices.count) delivered"
    }

    private static func time(_ microseconds: Int64) -> String {
        microseconds < 10_000_000 ? "\(microseconds / 1_000) ms" : "\(microseconds / 1_000_000) s"
    }
}
