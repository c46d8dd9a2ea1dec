import Collectors
import EventModel
import TestSupport
import Testing

struct PollScheduleTests {
    private static let now = Timestamp(seconds: 1_000)

    @Test func pausesGrowAndHaveABound() {
        var random = SeededGenerator(seed: 1)
        var schedule = PollSchedule()
        let pauses = (0..<40).map { _ in schedule.failed(.transient, now: Self.now, using: &random) - Self.now }
        for (number, pause) in pauses.enumerated() {
            let most: Int64 = min(1_000_000 << Int64(min(number, 20)), 300_000_000)
            #expect((most / 2...most).contains(pause))
        }
        schedule.succeeded()
        #expect(schedule.failed(.transient, now: Self.now, using: &random) - Self.now <= 1_000_000)
    }

    @Test func whatTheServerAsksForIsKept() {
        var random = SeededGenerator(seed: 1)
        var schedule = PollSchedule()
        let until = Self.now + 42_000_000
        let next = schedule.failed(.throttled(until: until), now: Self.now, using: &random)
        #expect(next >= until && next - until <= 1_000_000)
        #expect(schedule.failed(.throttled(until: nil), now: Self.now, using: &random) - Self.now >= 15_000_000)
    }

    @Test func aPersonIsNotHurried() {
        var random = SeededGenerator(seed: 1)
        var schedule = PollSchedule()
        for _ in 0..<5 { #expect(schedule.failed(.needsPerson, now: Self.now, using: &random) - Self.now >= 300_000_000) }
    }

    @Test(arguments: [(5, 10_000_000), (1, 1_000_000), (2_500, 60_000_000)] as [(Int, Int64)])
    func noPeriodHasMoreRequestsThanTheRate(_ count: Int, _ period: Int64) {
        var budget = RequestBudget(RequestRate(count: count, period: period))
        var random = SeededGenerator(seed: 3)
        var now = Self.now
        var times: [Timestamp] = []
        for _ in 0..<min(4 * count, 6_000) {
            now = now + Int64.random(in: 0...period / Int64(count), using: &random)
            let time = budget.reserve(now: now)
            #expect(time >= now)
            now = time
            times.append(time)
        }
        for index in times.indices where index + count < times.count { #expect(times[index + count] - times[index] >= period) }
    }

    @Test(arguments: [("50/1m", 50, 60), ("5/10s", 5, 10)] as [(String, Int, Int64)])
    func ratesAreRead(_ text: String, _ count: Int, _ seconds: Int64) {
        #expect(RequestRate(text) { $0 == "1m" ? 60_000_000 : 10_000_000 } == RequestRate(count: count, period: seconds * 1_000_000))
    }
}
