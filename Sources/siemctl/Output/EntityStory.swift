import Alerting
import EventModel

/// How the score of one entity came about.
struct EntityStory {
    let state: EntityRiskState
    let policy: RiskPolicy
    let now: Timestamp

    private struct Part {
        var contribution: RiskContribution
        var points: Double
        var left: Double
        /// Uid of the finding of risk that it counts for: of the latest, where it does for several.
        var crossing: String?
    }

    private var parts: [Part] {
        let crossings = state.crossings(policy)
        return state.contributions.reversed().map { contribution in
            let points = policy.points(of: contribution)
            return Part(
                contribution: contribution, points: points, left: policy.decayed(points, from: contribution.at, to: now),
                crossing: crossings.last { crossing in crossing.parts.contains { $0.uid == contribution.uid } }?.uid)
        }
    }

    private var score: Double { state.score.points(at: now, policy) }
    /// What is left of findings that are no longer kept one by one.
    private var rest: Double { state.base.points(at: now, policy) }

    func lines(_ style: Style) -> [String] {
        let findings = state.count == 1 ? "1 finding" : "\(state.count) findings"
        let yesterday = state.points(at: now + -EntityCommand.trendSpan, policy)
        let number = RiskPolicy.text
        var lines = [
            style.paint(state.entity.value, .bold) + "  " + style.paint(number(score), EntityScore.tone(score, policy)),
            "\(state.entity.field), \(findings), the last at \(TimeText.short(state.score.at)) UTC",
            "threshold \(number(policy.threshold)), a day ago \(number(yesterday)); points halve in "
                + Self.duration(policy.halfLife),
            "", style.paint("What adds to it", .bold),
        ]
        var table = Table([
            .init(title: "FIRST SEEN (UTC)", isFixed: true), .init(title: "POINTS", alignsRight: true),
            .init(title: "NOW", alignsRight: true), .init(title: "LEVEL"), .init(title: "CONFIDENCE"),
            .init(title: "FINDING", isFixed: true), .init(title: "RAISED", isFixed: true), .init(title: "TITLE"),
        ])
        for part in parts {
            let contribution = part.contribution
            table.add([
                .init(TimeText.short(contribution.at), .dim), .init(number(part.points)), .init(number(part.left)),
                .init(contribution.level.rawValue, AlertText.tone(contribution.level)),
                .init(contribution.confidence.rawValue), .init(AlertText.shortUID(contribution.uid)),
                .init(part.crossing.map(AlertText.shortUID) ?? "", .dim), .init(contribution.title),
            ])
        }
        lines += table.lines(style)
        if state.folded > 0 { lines.append("… \(state.folded) older, of which \(number(rest)) are left") }
        let crossings = state.crossings(policy)
        if !crossings.isEmpty { lines += ["", style.paint("What it raised", .bold)] + crossings.reversed().map(text) }
        return lines
    }

    private func text(_ crossing: RiskCrossing) -> String {
        // A score falls below half by time alone, too; that is noted with the next finding.
        let isOver = crossing != state.score.crossing || score < policy.threshold / 2
        let findings = crossing.count == 1 ? "1 finding" : "\(crossing.count) findings"
        return "\(TimeText.short(crossing.raisedAt))  \(AlertText.shortUID(crossing.uid))  \(isOver ? "over" : "stands"), "
            + "highest \(RiskPolicy.text(crossing.peak)), \(findings)"
    }

    /// `7d`, and what is no whole number of units in the nearest one below.
    private static func duration(_ microseconds: Int64) -> String {
        for (suffix, unit) in [("d", Int64(86_400_000_000)), ("h", 3_600_000_000)] where microseconds >= unit {
            return RiskPolicy.text(Double(microseconds) / Double(unit)) + suffix
        }
        return RiskPolicy.text(Double(microseconds) / 60_000_000) + "m"
    }

    /// For machines: thousandths are more than anybody needs.
    static func rounded(_ points: Double) -> Double { (points * 1_000).rounded() / 1_000 }

    var json: String {
        var writer = JSONWriter(capacity: 1_024)
        writer.beginObject()
        writer.member("field", state.entity.field)
        writer.member("value", state.entity.value)
        writer.member("score", Self.rounded(score))
        writer.member("threshold", policy.threshold)
        writer.member("findings", state.count)
        writer.member("last", RFC3339.format(state.score.at))
        writer.key("contributions")
        writer.beginArray()
        for part in parts { write(part, to: &writer) }
        writer.endArray()
        writer.key("older")
        writer.beginObject()
        writer.member("findings", state.folded)
        writer.member("now", Self.rounded(rest))
        writer.endObject()
        writer.key("raised")
        writer.beginArray()
        for crossing in state.crossings(policy).reversed() {
            writer.beginObject()
            writer.member("uid", crossing.uid)
            writer.member("at", RFC3339.format(crossing.raisedAt))
            writer.member("last", RFC3339.format(crossing.lastAt))
            writer.member("highest", Self.rounded(crossing.peak))
            writer.member("findings", crossing.count)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.text
    }

    private func write(_ part: Part, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("uid", part.contribution.uid)
        writer.member("rule", part.contribution.rule)
        writer.member("title", part.contribution.title)
        writer.member("level", part.contribution.level.rawValue)
        writer.member("confidence", part.contribution.confidence.rawValue)
        writer.member("at", RFC3339.format(part.contribution.at))
        writer.member("points", Self.rounded(part.points))
        writer.member("now", Self.rounded(part.left))
        writer.member("raised", ifPresent: part.crossing)
        writer.endObject()
    }
}
