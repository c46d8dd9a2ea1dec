public import EventModel

/// What one receiver is told at once: the findings of one group, as they stand.
public struct Notification: Sendable, Equatable {
    /// Why it is sent.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Something was found, or more of it.
        case firing
        /// Nothing is new, and still nobody has closed it.
        case reminder
        /// Somebody looks at it.
        case acknowledged
        /// All of its findings are closed.
        case resolved
    }

    /// `webhook-id`: the same for every attempt, before and after a restart.
    public var id: String
    /// What ties the notifications of one group together at a receiver: the key of an incident, of a thread.
    public var key: String
    /// Name of the receiver in the configuration.
    public var receiver: String
    public var kind: Kind
    /// What the findings have in common: the names and values that the route groups by, in its order.
    public var labels: [Label]
    /// The worst first; at most `maximumFindings`.
    public var findings: [NotifiedFinding]
    /// How many findings of the group are left out here.
    public var omitted: Int
    /// It is of a drill, and of nothing that has happened.
    public var isDrill: Bool
    public var createdAt: Timestamp

    /// Nobody reads more at once.
    public static let maximumFindings = 25

    public init(
        id: String, key: String, receiver: String, kind: Kind, labels: [Label], findings: [NotifiedFinding], omitted: Int = 0,
        isDrill: Bool = false, createdAt: Timestamp
    ) {
        self.id = id
        self.key = key
        self.receiver = receiver
        self.kind = kind
        self.labels = labels
        self.findings = findings
        self.omitted = omitted
        self.isDrill = isDrill
        self.createdAt = createdAt
    }

    /// The level of the worst of its findings.
    public var level: Level { findings.map(\.finding.rule.level).max() ?? .informational }
}

/// A name and a value that a finding is routed by.
public struct Label: Sendable, Codable, Equatable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A finding, and where it stands with the people who look at it.
public struct NotifiedFinding: Sendable, Equatable {
    public var finding: Finding
    public var status: FindingStatus
    public var assignee: String?
    public var verdict: Verdict?
    /// Name of the playbook that its rule names, without a folder.
    public var playbook: String? { finding.rule.playbook }
    /// The products whose events it rests on, where they are known.
    public var products: [String]
    /// It is of a drill, and of nothing that has happened.
    public var isDrill: Bool { finding.drill != nil }

    public init(
        _ finding: Finding, status: FindingStatus = .new, assignee: String? = nil, verdict: Verdict? = nil,
        products: [String] = []
    ) {
        self.finding = finding
        self.status = status
        self.assignee = assignee
        self.verdict = verdict
        self.products = products
    }
}
