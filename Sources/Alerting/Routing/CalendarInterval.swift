public import EventModel

/// A part of the calendar, such as office hours: Alertmanager's `time_interval_spec`. Each list that is given must have an
/// element that contains the moment; a list that is not (nil) allows any.
public struct CalendarInterval: Sendable, Equatable {
    /// Minutes of the day; the end is not in it, and 24:00 is 1440.
    public var times: [Range<Int>]?
    /// From 0, Sunday, to 6.
    public var weekdays: [ClosedRange<Int>]?
    public var daysOfMonth: [DayRange]?
    /// From 1, January, to 12.
    public var months: [ClosedRange<Int>]?
    public var years: [ClosedRange<Int>]?
    /// Name of a zone; nil: UTC.
    public var location: String?

    /// Days of a month from 1; from -1 backwards, the last day.
    public struct DayRange: Sendable, Equatable {
        public var first: Int
        public var last: Int

        public init(_ first: Int, _ last: Int) {
            self.first = first
            self.last = last
        }

        fileprivate func contains(_ day: Int, daysInMonth: Int) -> Bool {
            let begin = first < 0 ? daysInMonth + first + 1 : first
            let end = last < 0 ? daysInMonth + last + 1 : last
            // The 31st of a month of 30 days is no day; the 28th to the 31st of it is three.
            return day >= begin && day <= min(end, daysInMonth)
        }
    }

    public init(
        times: [Range<Int>]? = nil, weekdays: [ClosedRange<Int>]? = nil, daysOfMonth: [DayRange]? = nil,
        months: [ClosedRange<Int>]? = nil, years: [ClosedRange<Int>]? = nil, location: String? = nil
    ) {
        self.times = times
        self.weekdays = weekdays
        self.daysOfMonth = daysOfMonth
        self.months = months
        self.years = years
        self.location = location
    }

    /// Whether the moment lies in it.
    ///
    /// - Parameter offset: how far local time is ahead of UTC, in seconds.
    public func contains(_ time: Timestamp, offset: Router.ZoneOffset) -> Bool {
        let ahead = location.map { offset($0, time) } ?? 0
        // Rounded down, also before 1970.
        let minutes = Self.floorDivide(Int(Self.floorDivide(Int(time.microseconds), 1_000_000)) + ahead, 60)
        let days = Self.floorDivide(minutes, 1_440)
        let date = CivilDate(daysSinceEpoch: days)
        let minute = minutes - days * 1_440
        // 1970-01-01 was a Thursday.
        let weekday = (days + 4) - Self.floorDivide(days + 4, 7) * 7
        let length = CivilDate.daysInMonth(date.month, year: date.year)
        return times?.contains { $0.contains(minute) } ?? true
            && weekdays?.contains { $0.contains(weekday) } ?? true
            && daysOfMonth?.contains { $0.contains(date.day, daysInMonth: length) } ?? true
            && months?.contains { $0.contains(date.month) } ?? true
            && years?.contains { $0.contains(date.year) } ?? true
    }

    private static func floorDivide(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
    }
}
