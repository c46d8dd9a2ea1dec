// Hot path.

/// A day of the proleptic Gregorian calendar (ISO 8601), without a time zone.
public struct CivilDate: Sendable, Hashable {
    public let year: Int
    /// 1...12
    public let month: Int
    /// 1...31
    public let day: Int

    /// The day of that name; nil if the month has no such day, or the year is outside 0...9999 (every format has four digits).
    @inlinable
    public init?(year: Int, month: Int, day: Int) {
        guard year >= 0, year <= 9999, month >= 1, month <= 12, day >= 1 else { return nil }
        guard day <= 28 || day <= CivilDate.daysInMonth(month, year: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that lies `days` after 1970-01-01 (before it, if negative).
    public init(daysSinceEpoch days: Int) {
        // Years are counted from 1 March, so that the leap day is a year's last; eras of 400 years have 146,097 days each.
        // Algorithm: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01, negative before it.
    @inlinable
    public var daysSinceEpoch: Int {
        // The inverse: days_from_civil of the same paper. Years here are never below -1: 400 are added to keep them positive, and
        // unsigned, whose divisions by constants are cheaper.
        let shiftedYear = UInt32(truncatingIfNeeded: (month <= 2 ? year &- 1 : year) &+ 400)
        let shiftedMonth = UInt32(truncatingIfNeeded: month > 2 ? month &- 3 : month &+ 9)
        let dayOfYear = (shiftedMonth &* 153 &+ 2) / 5 &+ UInt32(truncatingIfNeeded: day) &- 1
        let leapDays = shiftedYear / 4 &- shiftedYear / 100 &+ shiftedYear / 400
        return Int(shiftedYear &* 365 &+ leapDays &+ dayOfYear) &- 719_468 &- 146_097
    }

    /// Whether the year has a 29 February.
    @inlinable
    public static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// How many days `month` (1...12) has in that year.
    @inlinable
    public static func daysInMonth(_ month: Int, year: Int) -> Int {
        if month == 2 { return isLeap(year) ? 29 : 28 }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }
}
