import EventModel
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: [
        (1970, 1, 1, 0), (1970, 1, 2, 1), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (2026, 11, 24, 20_781),
        (0, 1, 1, -719_528), (0, 2, 29, -719_469), (1600, 2, 29, -135_081), (9999, 12, 31, 2_932_896),
    ])
    func countsDays(year: Int, month: Int, day: Int, days: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days) == date)
    }

    @Test(arguments: [
        (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32), (2026, 4, 31), (2026, 2, 29), (2100, 2, 29), (2024, 2, 30),
        (-1, 1, 1), (10_000, 1, 1),
    ])
    func refusesDaysThatAreNone(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    /// Every day of ten thousand years follows the one before it.
    @Test func followsTheCalendar() {
        var days = -719_528
        for year in 0...9_999 {
            for month in 1...12 {
                for day in [1, CivilDate.daysInMonth(month, year: year)] {
                    guard let date = CivilDate(year: year, month: month, day: day) else {
                        Issue.record("\(year)-\(month)-\(day)")
                        return
                    }
                    let expected = day == 1 ? days : days + day - 1
                    guard date.daysSinceEpoch == expected, CivilDate(daysSinceEpoch: expected) == date else {
                        Issue.record("\(year)-\(month)-\(day) is day \(date.daysSinceEpoch), not \(expected)")
                        return
                    }
                }
                days += CivilDate.daysInMonth(month, year: year)
            }
        }
        #expect(days == 2_932_897)
    }
}
