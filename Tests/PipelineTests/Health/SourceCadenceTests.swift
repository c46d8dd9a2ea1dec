import EventModel
import Pipeline
import TestSupport
import Testing

struct SourceCadenceTests {
    /// A Monday, 00:00 UTC.
    static let monday = Timestamp(seconds: 4 * 86_400)
    static let minute: Int64 = 60_000_000

    /// Who sends in which minute of the week (0 is Monday, 00:00).
    enum Habit: String, CaseIterable, CustomTestStringConvertible {
        /// Every minute.
        case always
        /// Three minutes in ten, at random, on weekdays from 8 to 18; hardly ever else.
        case officeHours
        /// Once in a quarter of an hour, as a poller of a quiet product.
        case seldom
        /// Once a day.
        case daily

        var testDescription: String { rawValue }

        func isActive(_ minute: Int, _ random: inout SeededGenerator) -> Bool {
            let ofDay = minute % 1_440
            let isOffice = minute / 1_440 % 7 < 5 && (480..<1_080).contains(ofDay)
            switch self {
            case .always: return true
            case .officeHours: return Int.random(in: 0..<1_000, using: &random) < (isOffice ? 300 : 2)
            case .seldom: return Int.random(in: 0..<15, using: &random) == 0
            case .daily: return ofDay == 200
            }
        }
    }

    /// Feeds minutes, and returns the first in which the source counts as silent.
    private static func feed(
        _ cadence: inout SourceCadence, _ minutes: Range<Int>, _ isActive: (Int) -> Bool
    ) -> Int? {
        for minute in minutes {
            cadence.observe(minute: monday + Int64(minute) * Self.minute, isActive: isActive(minute))
            if cadence.isSilent { return minute }
        }
        return nil
    }

    @Test(arguments: Habit.allCases, 0..<4)
    func whatIsUsualIsNoSilence(habit: Habit, seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var cadence = SourceCadence()
        let silent = Self.feed(&cadence, 0..<8 * 10_080) { habit.isActive($0, &random) }
        #expect(silent == nil, "silent in minute \(silent ?? 0) of eight usual weeks")
    }

    /// Minutes until an outage is told, at most, when it begins on the third Wednesday at 10:00.
    @Test(arguments: [(Habit.always, 15), (.officeHours, 600), (.seldom, 400)], 0..<4)
    func anOutageIsTold(_ expected: (habit: Habit, within: Int), seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var cadence = SourceCadence()
        let outage = 2 * 10_080 + 2 * 1_440 + 600
        _ = Self.feed(&cadence, 0..<outage) { expected.habit.isActive($0, &random) }
        let silent = Self.feed(&cadence, outage..<outage + 10_080) { _ in false }
        #expect(silent.map { $0 - outage <= expected.within } == true, "told after \(silent.map { $0 - outage } ?? -1) minutes")
    }

    @Test func nothingIsSaidOnTheFirstDay() {
        var cadence = SourceCadence()
        #expect(Self.feed(&cadence, 0..<600) { _ in true } == nil)
        #expect(Self.feed(&cadence, 600..<1_439) { _ in false } == nil)
    }

    @Test func aSourceThatNeverSpokeIsNotSilent() {
        var cadence = SourceCadence()
        #expect(Self.feed(&cadence, 0..<4 * 10_080) { _ in false } == nil)
    }

    @Test func anOutageIsNoHabitAfterwards() {
        var cadence = SourceCadence()
        _ = Self.feed(&cadence, 0..<20_160) { _ in true }
        let first = Self.feed(&cadence, 20_160..<21_600) { _ in false }
        _ = Self.feed(&cadence, 21_600..<30_240) { _ in false }
        _ = Self.feed(&cadence, 30_240..<40_320) { _ in true }
        let second = Self.feed(&cadence, 40_320..<50_000) { _ in false }
        #expect(first.map { $0 - 20_160 < 10 } == true)
        #expect(second.map { $0 - 40_320 < 30 } == true, "a week without records must not make the next one usual")
    }

    @Test func itSurvivesARestart() throws {
        var random = SeededGenerator(seed: 3)
        var cadence = SourceCadence()
        _ = Self.feed(&cadence, 0..<20_160) { Habit.officeHours.isActive($0, &random) }
        var health = HealthBook()
        _ = health.look([:], limits: ["a": nil], at: Self.monday)
        let read = try #require(HealthBook(json: health.json))
        #expect(read == health)
    }
}
