import Alerting
import EventModel
import Storage

/// An entity's score as it is now.
struct EntityScore {
    let row: EntityRiskRow
    let points: Double
    /// How much more that is than a day ago; nil where it is not known.
    private(set) var trend: Double?

    init(_ row: EntityRiskRow, _ policy: RiskPolicy, now: Timestamp) {
        self.row = row
        points = policy.decayed(row.points, from: row.at, to: now)
    }

    /// Reads it from what the score is made of.
    mutating func setTrend(_ state: String?, _ policy: RiskPolicy, now: Timestamp) {
        guard let state = state.flatMap({ EntityRiskState(json: $0) }) else { return }
        trend = points - state.points(at: now + -EntityCommand.trendSpan, policy)
    }

    /// `+50`, `-3.2`, nothing where it is none.
    var trendText: String {
        guard let trend, abs(trend) >= 0.05 else { return "" }
        return (trend > 0 ? "+" : "") + RiskPolicy.text(trend)
    }

    /// The highest first.
    static func precedes(_ a: EntityScore, _ b: EntityScore) -> Bool {
        (b.points, b.row.at, a.row.value, a.row.field) < (a.points, a.row.at, b.row.value, b.row.field)
    }

    static func tone(_ points: Double, _ policy: RiskPolicy) -> Style.Tone {
        points >= policy.threshold ? .red : points >= policy.threshold / 2 ? .yellow : .plain
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("field", row.field)
        writer.member("value", row.value)
        writer.member("score", EntityStory.rounded(points))
        if let trend { writer.member("day", EntityStory.rounded(trend)) }
        writer.member("findings", row.findings)
        writer.member("last", RFC3339.format(row.at))
        writer.endObject()
        return writer.text
    }
}
