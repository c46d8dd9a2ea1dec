/// How severe a rule says its findings are (Sigma's `level`).
public enum Level: String, Sendable, Codable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    /// OCSF `severity_id`.
    public var severityID: Int {
        switch self {
        case .informational: 1
        case .low: 2
        case .medium: 3
        case .high: 4
        case .critical: 5
        }
    }

    /// OCSF `severity`.
    public var severity: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// What one finding of the level adds to the risk of an entity, unless told otherwise.
    public var riskPoints: Double {
        switch self {
        case .informational: 1
        case .low: 5
        case .medium: 20
        case .high: 50
        case .critical: 80
        }
    }

    /// So many levels up, as far as there are.
    public func raised(by steps: Int) -> Level {
        Self.allCases[min(max(0, severityID - 1 + steps), Self.allCases.count - 1)]
    }

    public static func < (a: Level, b: Level) -> Bool { a.severityID < b.severityID }
}

/// What of a rule a finding carries with it, so that it can be read without the rule.
public struct RuleSummary: Sendable, Codable, Equatable {
    public var id: String
    public var title: String
    public var level: Level
    public var description: String
    /// Sigma tags, for example `attack.t1110.003`.
    public var tags: [String]
    /// Fingerprint of the rule as written: changes when the rule does.
    public var version: String
    public var falsePositives: [String]
    /// Name of the playbook to follow, without a folder. Nil: the rule names none, or the finding is older than playbooks.
    public var playbook: String?
    /// Nil: the rule does not say, or the finding is older than this.
    public var confidence: Confidence?
    /// The product whose events it looks at (Sigma's `logsource`); of a correlation, the one that all of its rules share. Nil:
    /// none in particular, or the finding is older than this.
    public var product: String?

    /// The product of what the daemon tells of itself.
    public static let ownProduct = "perimeter"
    /// It tells how the daemon and its sources do, not what people did.
    public var isOfHealth: Bool { product == Self.ownProduct }

    public init(
        id: String, title: String, level: Level, description: String = "", tags: [String] = [], version: String = "",
        falsePositives: [String] = [], playbook: String? = nil, confidence: Confidence? = nil, product: String? = nil
    ) {
        self.id = id
        self.title = title
        self.level = level
        self.description = description
        self.tags = tags
        self.version = version
        self.falsePositives = falsePositives
        self.playbook = playbook
        self.confidence = confidence
        self.product = product
    }
}

/// One event that a finding rests on.
public struct Evidence: Sendable, Codable, Equatable, Hashable {
    /// The event's sequence number in the store: its id.
    public var sequence: Int64
    public var time: Timestamp
    /// The base rule that the event matched.
    public var rule: String

    public init(sequence: Int64, time: Timestamp, rule: String) {
        self.sequence = sequence
        self.time = time
        self.rule = rule
    }
}

/// What a rule found: one episode of one rule for one group of values. Repeats extend it.
public struct Finding: Sendable, Codable, Equatable {
    public struct GroupValue: Sendable, Codable, Equatable, Hashable {
        public var field: String
        public var value: String

        public init(field: String, value: String) {
            self.field = field
            self.value = value
        }
    }

    public var uid: String
    public var rule: RuleSummary
    /// `event` for a plain rule, else the correlation type.
    public var kind: String
    public var group: [GroupValue]
    /// How many events extend it, evidence kept or not.
    public var count: Int
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    /// The first events and the latest ones, in time order; at most `maximumEvidence`.
    public var evidence: [Evidence]
    /// Why it was raised, in one sentence with numbers.
    public var reason: String
    /// Events of further findings like it that were not raised because its rule says so (`suppress`).
    public var suppressed: Int
    /// What is unusual about it; nil for a finding of a rule that does not ask.
    public var anomaly: Anomaly?

    public static let maximumEvidence = 100

    public init(
        uid: String, rule: RuleSummary, kind: String, group: [GroupValue], count: Int, firstSeen: Timestamp,
        lastSeen: Timestamp, evidence: [Evidence], reason: String, suppressed: Int = 0, anomaly: Anomaly? = nil
    ) {
        self.uid = uid
        self.rule = rule
        self.kind = kind
        self.group = group
        self.count = count
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.evidence = evidence
        self.reason = reason
        self.suppressed = suppressed
        self.anomaly = anomaly
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        uid = try values.decode(String.self, forKey: .uid)
        rule = try values.decode(RuleSummary.self, forKey: .rule)
        kind = try values.decode(String.self, forKey: .kind)
        group = try values.decode([GroupValue].self, forKey: .group)
        count = try values.decode(Int.self, forKey: .count)
        firstSeen = try values.decode(Timestamp.self, forKey: .firstSeen)
        lastSeen = try values.decode(Timestamp.self, forKey: .lastSeen)
        evidence = try values.decode([Evidence].self, forKey: .evidence)
        reason = try values.decode(String.self, forKey: .reason)
        // Findings stored before there was suppression do not have it.
        suppressed = try values.decodeIfPresent(Int.self, forKey: .suppressed) ?? 0
        anomaly = try values.decodeIfPresent(Anomaly.self, forKey: .anomaly)
    }
}
