import EventModel

// Hot path. Unsafe: reads only the bytes of the value that it is given.

/// Times in values, and their parts in UTC.
///
/// A value is a time if it is an RFC 3339 date-time (UTC, when it has no zone), or a number since 1970-01-01T00:00:00Z, as a JSON
/// number or as text. Its size tells the unit: seconds below 10^11 (the year 5138), milliseconds below 10^14, microseconds
/// below 10^17, else nanoseconds. Anything else is no time and satisfies no test.
enum TimePartTest {
    /// The years 0...9999, as RFC 3339 has them, in microseconds.
    private static let first = -62_167_219_200_000_000.0
    private static let end = 253_402_300_800_000_000.0

    /// The instant that the whole value is; nil if it is none.
    static func parse(_ value: UnsafeRawBufferPointer) -> Timestamp? {
        if let timestamp = RFC3339.parseAssumingUTC(value) { return timestamp }
        guard let number = NumberTest.parse(value) else { return nil }
        let size = abs(number)
        let microseconds = size < 1e11 ? number * 1e6 : size < 1e14 ? number * 1e3 : size < 1e17 ? number : number / 1e3
        guard microseconds >= Self.first, microseconds < Self.end else { return nil }
        return Timestamp(microseconds: Int64(microseconds.rounded(.down)))
    }

    static func value(of part: TimePart, at timestamp: Timestamp) -> Int {
        let microsecondsPerDay = 86_400_000_000
        let microseconds = Int(timestamp.microseconds)
        let days = microseconds >= 0 ? microseconds / microsecondsPerDay : (microseconds + 1) / microsecondsPerDay - 1
        let minuteOfDay = (microseconds - days * microsecondsPerDay) / 60_000_000
        switch part {
        case .minute: return minuteOfDay % 60
        case .hour: return minuteOfDay / 60
        case .day: return CivilDate(daysSinceEpoch: days).day
        case .week: return week(days)
        case .month: return CivilDate(daysSinceEpoch: days).month
        case .year: return CivilDate(daysSinceEpoch: days).year
        }
    }

    /// The week of ISO 8601, which is that of its Thursday.
    private static func week(_ days: Int) -> Int {
        // 1970-01-01 was a Thursday: with 3 added, Mondays are multiples of 7.
        let weekday = ((days + 3) % 7 + 7) % 7
        let thursday = days - weekday + 3
        // The calendar repeats after 400 years, which are whole weeks: so the year before year 0 has a new year too.
        let shifted = thursday < 0 ? thursday + 5 * 146_097 : thursday
        guard let newYear = CivilDate(year: CivilDate(daysSinceEpoch: shifted).year, month: 1, day: 1) else { return 0 }
        return (shifted - newYear.daysSinceEpoch) / 7 + 1
    }
}
