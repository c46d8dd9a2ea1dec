public import EventModel

/// Whom or what risk is counted for: a value of a field.
public struct RiskEntity: Sendable, Hashable, Codable, Comparable {
    public var field: String
    public var value: String

    public init(field: String, value: String) {
        self.field = field
        self.value = value
    }

    /// The finding's identity; without one, each of the other values that its events have in common.
    public static func entities(of finding: Finding) -> [RiskEntity] {
        let limit = TextLimit(bytes: 512)
        let all = finding.group.filter { !$0.value.isEmpty }.map {
            RiskEntity(field: limit.cut($0.field), value: limit.cut($0.value))
        }
        if let identity = all.first(where: { $0.field == "identity" }) { return [identity] }
        // Rules group by a handful of fields.
        return Array(Set(all.prefix(8))).sorted()
    }

    public static func < (a: RiskEntity, b: RiskEntity) -> Bool { (a.field, a.value) < (b.field, b.value) }
}

/// What one finding adds to an entity's risk.
public struct RiskContribution: Sendable, Codable, Equatable {
    /// The finding's.
    public var uid: String
    public var rule: String
    public var title: String
    public var level: Level
    public var confidence: Confidence
    /// When the finding began: its points are worth less from then on.
    public var at: Timestamp
    /// The finding's first event.
    public var evidence: Evidence?

    init(_ finding: Finding) {
        uid = finding.uid
        rule = finding.rule.id
        title = TextLimit(bytes: 128).cut(finding.rule.title)
        level = finding.rule.level
        confidence = finding.rule.confidence ?? .unstated
        at = finding.firstSeen
        evidence = finding.evidence.first.map { Evidence(sequence: $0.sequence, time: $0.time, rule: finding.rule.id) }
    }

    /// What is known of the finding from both: whichever is told first, the outcome is one.
    mutating func merge(_ other: RiskContribution) {
        level = max(level, other.level)
        confidence = max(confidence, other.confidence)
        at = min(at, other.at)
        switch (evidence, other.evidence) {
        case (let mine?, let others?) where (others.time, others.sequence) < (mine.time, mine.sequence): evidence = others
        case (nil, let others): evidence = others
        default: break
        }
    }

    /// In order of time; at one time in order of the uid, so that there is one order only.
    static func precedes(_ a: RiskContribution, _ b: RiskContribution) -> Bool { (a.at, a.uid) < (b.at, b.uid) }
}
