/// A part of an instant in UTC, as Sigma's time modifiers name it (specification 2.1.0, appendix "Modifiers").
public enum TimePart: String, Sendable, Hashable, CaseIterable {
    /// 0...59
    case minute
    /// 0...23
    case hour
    /// Of the month, 1...31.
    case day
    /// Of ISO 8601: 1...53, weeks begin on Monday, and the first one has the year's first Thursday.
    case week
    /// 1...12
    case month
    /// Of the calendar, not of the week: 2027-01-01 is in 2027, though in week 53.
    case year

    /// All the values that it can have; RFC 3339 writes years of four digits.
    public var values: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .day: 1...31
        case .week: 1...53
        case .month: 1...12
        case .year: 0...9_999
        }
    }
}
