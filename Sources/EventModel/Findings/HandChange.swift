/// Something that a person did with a finding.
public struct HandChange: Sendable, Equatable {
    public enum Action: String, Sendable, CaseIterable {
        case acknowledge, assign, note, close, reopen, step
    }

    /// In the order in which they were made, over all findings.
    public var number: Int64
    public var findingUID: String
    public var at: Timestamp
    public var who: String
    public var action: Action
    /// The note, the assignee, the verdict and what was said with it, the step of the playbook.
    public var detail: String

    public init(number: Int64, findingUID: String, at: Timestamp, who: String, action: Action, detail: String) {
        self.number = number
        self.findingUID = findingUID
        self.at = at
        self.who = who
        self.action = action
        self.detail = detail
    }
}

/// A span of time in which findings that match are stored, and nobody is told.
public struct StoredSilence: Sendable, Equatable {
    public var id: String
    /// As Alertmanager writes them: `level="low", rule=~"login.*"`.
    public var matchers: String
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    public var createdBy: String
    public var reason: String
    public var createdAt: Timestamp

    public init(
        id: String, matchers: String, startsAt: Timestamp, endsAt: Timestamp, createdBy: String, reason: String,
        createdAt: Timestamp
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.reason = reason
        self.createdAt = createdAt
    }
}
