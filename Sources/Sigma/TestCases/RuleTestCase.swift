public import LocatedYAML

/// One case of a rule's test file: records, and what the rule must make of them.
public struct RuleTestCase: Sendable, Equatable {
    /// What the rule must do with the case's records.
    public enum Expectation: Sendable, Equatable {
        /// At least one finding.
        case alert
        /// No finding.
        case nothing
        /// Exactly so many findings.
        case count(Int)

        /// Whether so many findings are what is expected.
        public func holds(_ findings: Int) -> Bool {
            switch self {
            case .alert: findings > 0
            case .nothing: findings == 0
            case .count(let count): findings == count
            }
        }
    }

    public var name: String
    /// Id, name or title of the rule under test; nil: the one rule of the file beside the test file.
    public var rule: String?
    public var expectation: Expectation
    /// The product that the records come from; nil: to be detected from their shape.
    public var product: String?
    /// Raw records, in order of arrival: JSON texts, or the lines of a sample file.
    public var records: [[UInt8]]
    public var location: SourceLocation

    public init(
        name: String, rule: String? = nil, expectation: Expectation, product: String? = nil, records: [[UInt8]],
        location: SourceLocation
    ) {
        self.name = name
        self.rule = rule
        self.expectation = expectation
        self.product = product
        self.records = records
        self.location = location
    }
}
