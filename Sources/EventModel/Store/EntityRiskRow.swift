/// The risk of one entity, as it is stored.
public struct EntityRiskRow: Sendable, Equatable {
    public var field: String
    public var value: String
    /// How many findings were counted.
    public var findings: Int
    /// As of `at`.
    public var points: Double
    /// When the latest of these findings began.
    public var at: Timestamp
    /// What it is made of, as JSON.
    public var state: String

    public init(field: String, value: String, findings: Int, points: Double, at: Timestamp, state: String) {
        self.field = field
        self.value = value
        self.findings = findings
        self.points = points
        self.at = at
        self.state = state
    }
}

/// A change of such a row; without `row` it goes.
public struct EntityRiskChange: Sendable, Equatable {
    public var field: String
    public var value: String
    public var row: EntityRiskRow?

    public init(field: String, value: String, row: EntityRiskRow?) {
        self.field = field
        self.value = value
        self.row = row
    }
}
