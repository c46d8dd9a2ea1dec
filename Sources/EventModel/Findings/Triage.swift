/// Where a finding stands with the people who look at it (OCSF `status_id` of class 2004).
public enum FindingStatus: String, Sendable, Codable, CaseIterable {
    case new
    /// Somebody looks at it.
    case acknowledged
    case closed

    /// OCSF `status_id`.
    public var statusID: Int {
        switch self {
        case .new: 1
        case .acknowledged: 2
        case .closed: 4
        }
    }

    /// OCSF `status`.
    public var status: String {
        switch self {
        case .new: "New"
        case .acknowledged: "In Progress"
        case .closed: "Resolved"
        }
    }
}

/// What a person concluded of a finding (OCSF `verdict_id` of the incident profile).
public enum Verdict: String, Sendable, Codable, CaseIterable {
    case truePositive = "true_positive"
    case falsePositive = "false_positive"
    /// What was found happened, and was meant to.
    case benign
    /// The finding is of a test, or of a drill.
    case test
    /// It could not be told.
    case inconclusive

    /// OCSF `verdict_id`.
    public var verdictID: Int {
        switch self {
        case .falsePositive: 1
        case .truePositive: 2
        case .benign: 5
        case .test: 6
        case .inconclusive: 7
        }
    }

    /// OCSF `verdict`.
    public var verdict: String {
        switch self {
        case .falsePositive: "False Positive"
        case .truePositive: "True Positive"
        case .benign: "Benign"
        case .test: "Test"
        case .inconclusive: "Insufficient Data"
        }
    }
}
