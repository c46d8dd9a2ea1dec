public import EventModel
public import LocatedYAML

/// What rules and correlations say about themselves (Sigma specification 2.1.0, "rule document").
public struct RuleMetadata: Sendable, Equatable {
    /// The UUID, or the name, or the title: the first that the rule has. Unique in a collection.
    public var id: String
    public var name: String?
    public var title: String
    public var level: Level
    public var status: String?
    public var description: String
    public var tags: [String]
    public var falsePositives: [String]
    public var author: String?
    /// `suppress`: for how long a finding keeps others like it back. Nil: not at all.
    public var suppression: Suppression?
    /// `playbook`: the name of the playbook to follow, without a folder and an ending.
    public var playbook: String?
    /// Fingerprint (hex) of the document as written, and of the filters that apply to the rule: a changed rule has another one.
    public var version: String
    public var location: SourceLocation

    public init(
        id: String, name: String? = nil, title: String, level: Level = .medium, status: String? = nil,
        description: String = "", tags: [String] = [], falsePositives: [String] = [], author: String? = nil,
        suppression: Suppression? = nil, playbook: String? = nil, version: String, location: SourceLocation
    ) {
        self.id = id
        self.name = name
        self.title = title
        self.level = level
        self.status = status
        self.description = description
        self.tags = tags
        self.falsePositives = falsePositives
        self.author = author
        self.suppression = suppression
        self.playbook = playbook
        self.version = version
        self.location = location
    }

    /// What findings carry; whose events the rule looks at, its log source says.
    public var summary: RuleSummary {
        RuleSummary(
            id: id, title: title, level: level, description: description, tags: tags, version: version,
            falsePositives: falsePositives, playbook: playbook, confidence: Confidence(ruleStatus: status))
    }
}
