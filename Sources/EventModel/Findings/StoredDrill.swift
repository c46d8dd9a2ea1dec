/// A synthetic attack that was, or is being, sent through the real doors, as the store knows it.
///
/// What carries its mark counts for findings of its own (`Finding.drill`), so that nothing real is mixed with it. The mark holds
/// for what is received between `startedAt` and `endsAt` alone: whoever reads an old drill's id somewhere cannot hide behind it.
public struct StoredDrill: Sendable, Equatable {
    public enum Outcome: String, Sendable, CaseIterable {
        case passed, failed
    }

    /// What stands before the id in the records that it sends.
    public static let markPrefix = "drill-"

    /// Small letters and digits, unguessable.
    public var id: String
    /// The scenario's name.
    public var scenario: String
    /// The name of the source whose door it goes through; several are separated by commas.
    public var door: String
    public var startedBy: String
    public var startedAt: Timestamp
    /// What is not there by then has failed.
    public var endsAt: Timestamp
    /// When the daemon took notice of it; records are sent after that.
    public var acceptedAt: Timestamp?
    /// Nil while it runs.
    public var outcome: Outcome?
    /// What became of it, in a sentence; empty while it runs.
    public var summary: String

    public init(
        id: String, scenario: String, door: String, startedBy: String, startedAt: Timestamp, endsAt: Timestamp,
        acceptedAt: Timestamp? = nil, outcome: Outcome? = nil, summary: String = ""
    ) {
        self.id = id
        self.scenario = scenario
        self.door = door
        self.startedBy = startedBy
        self.startedAt = startedAt
        self.endsAt = endsAt
        self.acceptedAt = acceptedAt
        self.outcome = outcome
        self.summary = summary
    }

    /// Whether it failed, or was never brought to its end.
    public func hasFailed(at now: Timestamp) -> Bool { outcome == .failed || outcome == nil && now > endsAt }
}

extension Finding {
    /// The name under which a drill's id stands among the values of a finding's group. No rule can group by it.
    public static let drillField = "perimeter.drill"

    /// The drill whose events raised it; nil for a finding of what happened.
    public var drill: String? { group.first { $0.field == Finding.drillField }?.value }
}
