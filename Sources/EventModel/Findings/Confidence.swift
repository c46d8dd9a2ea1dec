/// How sure a rule is of what it finds (OCSF `confidence_id`).
public enum Confidence: String, Sendable, Codable, CaseIterable, Comparable {
    case low, medium, high

    /// What Sigma's `status` says of it (Sigma rules specification 2.1.0, "status"); nil where it says nothing that is known.
    /// Rules that are `deprecated` or `unsupported` still match, and are not to be relied on.
    public init?(ruleStatus: String?) {
        switch ruleStatus {
        case "stable": self = .high
        case "test": self = .medium
        case "experimental", "deprecated", "unsupported": self = .low
        default: return nil
        }
    }

    /// Of rules that do not say, and of findings that are older than this.
    public static let unstated = Confidence.medium

    /// OCSF `confidence_id`.
    public var confidenceID: Int {
        switch self {
        case .low: 1
        case .medium: 2
        case .high: 3
        }
    }

    public static func < (a: Confidence, b: Confidence) -> Bool { a.confidenceID < b.confidenceID }
}
