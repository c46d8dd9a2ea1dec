/// One bound of a correlation's condition. A range has two.
public struct CountCondition: Sendable, Equatable {
    public enum Relation: String, Sendable, CaseIterable { case gt, gte, lt, lte, eq, neq }

    /// What is compared with. Whole numbers stay exact: a `Double` cannot tell those beyond 2^53 apart.
    public enum Bound: Sendable, Equatable {
        case whole(Int)
        /// Finite.
        case decimal(Double)
    }

    public var relation: Relation
    public var bound: Bound

    public init(_ relation: Relation, _ value: Int) {
        self.relation = relation
        bound = .whole(value)
    }

    /// A whole `value` becomes a whole bound.
    public init(_ relation: Relation, _ value: Double) {
        self.relation = relation
        bound = Int(exactly: value).map(Bound.whole) ?? .decimal(value)
    }

    /// The bound as a number; whole ones beyond 2^53 are rounded to the nearest.
    public var number: Double {
        switch bound {
        case .whole(let value): Double(value)
        case .decimal(let value): value
        }
    }

    /// The largest whole number that is not above the bound: near it lie all counts at which the truth of the condition changes.
    public var value: Int {
        switch bound {
        case .whole(let value): value
        case .decimal(let value): Int(exactly: value.rounded(.down)) ?? (value < 0 ? .min : .max)
        }
    }

    /// Whether a count satisfies the condition; exact, also for a bound that is a fraction.
    public func holds(_ count: Int) -> Bool {
        switch bound {
        case .whole(let value): compare(count, value)
        // A count equals no fraction; it is above the fraction if it is above the whole number below it.
        case .decimal:
            switch relation {
            case .gt, .gte: count > value
            case .lt, .lte: count <= value
            case .eq: false
            case .neq: true
            }
        }
    }

    /// Whether a computed number satisfies the condition. Nothing holds for what is not a number, not even `neq`.
    public func holds(_ number: Double) -> Bool { !number.isNaN && compare(number, self.number) }

    private func compare<Value: Comparable>(_ value: Value, _ bound: Value) -> Bool {
        switch relation {
        case .gt: value > bound
        case .gte: value >= bound
        case .lt: value < bound
        case .lte: value <= bound
        case .eq: value == bound
        case .neq: value != bound
        }
    }
}
