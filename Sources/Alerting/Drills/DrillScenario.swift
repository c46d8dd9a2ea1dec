/// A synthetic attack: the records that it leaves behind in the products' logs, and the rules that must fire.
public struct DrillScenario: Sendable, Equatable {
    /// A step of the attack: a record, or several like it.
    public struct Step: Sendable, Equatable {
        /// Microseconds after the start.
        public var at: Int64
        /// The product whose record it is, as its mapping file names it.
        public var product: String
        public var count: Int
        /// Microseconds between one and the next.
        public var every: Int64
        public var record: DrillTemplate

        public init(at: Int64, product: String, count: Int = 1, every: Int64 = 0, record: DrillTemplate) {
            self.at = at
            self.product = product
            self.count = count
            self.every = every
            self.record = record
        }
    }

    /// That of its file, without the ending.
    public var name: String
    public var title: String
    public var description: String
    /// Ids of the rules that must raise a finding.
    public var rules: [String]
    /// Microseconds from the last record to the last of the findings.
    public var budget: Int64
    public var steps: [Step]

    /// Microseconds from the start to the last record.
    public var duration: Int64 { steps.map { $0.at + Int64($0.count - 1) * $0.every }.max() ?? 0 }

    public static let maximumSteps = 100
    public static let maximumRecords = 10_000
    /// From the first record to the last: a drill is watched.
    public static let maximumDuration: Int64 = 24 * 3_600_000_000

    public init(name: String, title: String, description: String, rules: [String], budget: Int64, steps: [Step]) {
        self.name = name
        self.title = title
        self.description = description
        self.rules = rules
        self.budget = budget
        self.steps = steps
    }
}
