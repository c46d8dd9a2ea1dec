import Alerting
import EventModel
import Testing

@Suite struct CalendarIntervalTests {
    private static let officeHours = CalendarInterval(
        times: CalendarInterval.times(from: "09:00", to: "17:00").map { [$0] },
        weekdays: CalendarInterval.weekdays("monday:friday").map { [$0] }, location: "Sydney")
    private static let monthEnd = CalendarInterval(daysOfMonth: CalendarInterval.daysOfMonth("-3:-1").map { [$0] })
    private static let thirtyFirst = CalendarInterval(daysOfMonth: CalendarInterval.daysOfMonth("31").map { [$0] })
    private static let wholeMonth = CalendarInterval(daysOfMonth: CalendarInterval.daysOfMonth("1:31").map { [$0] })
    private static let summers = CalendarInterval(
        months: CalendarInterval.months("June:8").map { [$0] }, years: CalendarInterval.years("2026:2027").map { [$0] })
    private static let evening = CalendarInterval(times: CalendarInterval.times(from: "17:00", to: "24:00").map { [$0] })

    @Test(arguments: [
        // 2026-11-29 is a Sunday. Ten hours ahead of UTC it is Monday, 09:00, at 23:00 of Sunday.
        (officeHours, "2026-11-29T22:59:59.999999Z", false), (officeHours, "2026-11-29T23:00:00Z", true),
        (officeHours, "2026-11-30T06:59:59Z", true), (officeHours, "2026-11-30T07:00:00Z", false),
        (officeHours, "2026-12-04T00:00:00Z", true), (officeHours, "2026-12-05T00:00:00Z", false),
        (monthEnd, "2026-02-25T23:59:59Z", false), (monthEnd, "2026-02-26T00:00:00Z", true), (monthEnd, "2028-02-26T12:00:00Z", false),
        (monthEnd, "2028-02-29T12:00:00Z", true), (monthEnd, "2026-03-01T00:00:00Z", false),
        (thirtyFirst, "2026-11-30T12:00:00Z", false), (thirtyFirst, "2026-12-31T12:00:00Z", true),
        (wholeMonth, "2026-02-28T12:00:00Z", true), (summers, "2026-05-31T23:59:59Z", false), (summers, "2026-06-01T00:00:00Z", true),
        (summers, "2027-08-31T23:59:59Z", true), (summers, "2028-07-01T00:00:00Z", false), (evening, "2026-11-30T23:59:59Z", true),
        (evening, "2026-11-30T16:59:59Z", false), (evening, "1969-12-31T23:59:59Z", true),
        (CalendarInterval(), "2026-01-01T00:00:00Z", true),
        (CalendarInterval(weekdays: [0...0]), "1969-12-28T12:00:00Z", true),
        (CalendarInterval(weekdays: []), "2026-01-01T00:00:00Z", false),
    ])
    func containsTheMoment(interval: CalendarInterval, time: String, expected: Bool) throws {
        let time = try #require(RFC3339.parse(time))
        #expect(interval.contains(time) { zone, _ in zone == "Sydney" ? 36_000 : 0 } == expected)
    }

    @Test(arguments: ["9:00", "24:01", "25:00", "09:60", "0900", "", "ab:cd", "09:000", "+9:00"])
    func refusesTimes(text: String) {
        #expect(CalendarInterval.minute(text) == nil)
    }

    @Test(arguments: ["friday:monday", "mon", "monday:", "", "monday:tuesday:friday", "0"])
    func refusesWeekdays(text: String) {
        #expect(CalendarInterval.weekdays(text) == nil)
    }

    @Test(arguments: ["0", "32", "-32", "-3:3", "5:1", "-1:-3", "20:-20", "", "1:", "1:2:3", "x"])
    func refusesDays(text: String) {
        #expect(CalendarInterval.daysOfMonth(text) == nil)
    }

    @Test(arguments: [("Monday", 1...1), ("sunday:saturday", 0...6), ("monday:Friday", 1...5)])
    func readsWeekdays(text: String, expected: ClosedRange<Int>) {
        #expect(CalendarInterval.weekdays(text) == expected)
    }

    @Test(arguments: [("1:3", 1...3), ("may:august", 5...8), ("December", 12...12)])
    func readsMonths(text: String, expected: ClosedRange<Int>) {
        #expect(CalendarInterval.months(text) == expected)
        #expect(CalendarInterval.months("0") == nil && CalendarInterval.months("13") == nil && CalendarInterval.months("8:may") == nil)
    }

    @Test func turnsTimesOfTheWrongOrderDown() {
        #expect(CalendarInterval.times(from: "17:00", to: "09:00") == nil)
        #expect(CalendarInterval.times(from: "09:00", to: "09:00") == nil)
        #expect(CalendarInterval.years("2027:2026") == nil)
    }
}
