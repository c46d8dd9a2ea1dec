import EventModel

/// A finding of a rehearsal in three lines: when and what, why, and the events it rests on.
enum FindingLines {
    private static let shownEvidence = 10

    /// - Parameter evidence: what the numbers of its evidence are.
    static func text(_ finding: Finding, evidence noun: String) -> String {
        let style = Style.standardOutput()
        let numbers = finding.evidence.map { "\($0.sequence)" }
        let more = numbers.count - shownEvidence
        let shown = numbers.prefix(shownEvidence).joined(separator: ", ") + (more > 0 ? ", … \(more) more" : "")
        return """
            \(TimeText.short(finding.firstSeen)) to \(TimeText.short(finding.lastSeen))  \
            \(style.paint(finding.rule.level.rawValue, AlertText.tone(finding.rule.level)))  \
            \(style.paint(finding.rule.title, .bold))
              \(finding.reason)
              \(noun) \(shown)
            """
    }
}
