import Collectors
import EventModel
import Testing

struct PollWindowTests {
    private static let minute: Int64 = 60_000_000
    private static let now = Timestamp(seconds: 1_000_000_000)

    private static func window(
        overlap: Int64 = 10 * minute, delay: Int64 = minute, longest: Int64? = nil, oldest: Int64? = nil, granularity: Int64 = 1_000
    ) -> PollWindow {
        PollWindow(.init(overlap: overlap, delay: delay, longest: longest, oldest: oldest), granularity: granularity)
    }

    @Test func theFirstSpanBeginsAtTheStart() {
        let window = Self.window()
        let first = window.first(now: Self.now, start: 60 * Self.minute)
        let span = window.span(from: first, now: Self.now)
        #expect(span == .init(from: Self.now + -60 * Self.minute, until: Self.now + -Self.minute))
    }

    @Test func longSpansArePartsAndOldOnesAreClipped() {
        let window = Self.window(longest: 30 * Self.minute, oldest: 60 * Self.minute)
        let span = window.span(from: Self.now + -500 * Self.minute, now: Self.now)
        #expect(span.from == Self.now + -60 * Self.minute)
        #expect(span.until == Self.now + -30 * Self.minute)
        #expect(span.isClipped && span.isPart)
        // A part is done with, events or none.
        let next = window.next(after: span, position: Self.now + -500 * Self.minute, newest: nil, serverNow: nil)
        #expect(next == span.until)
        #expect(window.span(from: next, now: Self.now).from == span.until + -10 * Self.minute)
    }

    @Test func thePositionIsTheNewestEventAndNeverGoesBack() {
        let window = Self.window()
        let position = Self.now + -20 * Self.minute
        let span = window.span(from: position, now: Self.now)
        func next(_ newest: Timestamp?, serverNow: Timestamp? = nil) -> Timestamp {
            window.next(after: span, position: position, newest: newest, serverNow: serverNow)
        }
        #expect(next(Self.now + -5 * Self.minute) == Self.now + -5 * Self.minute)
        #expect(next(nil) == position, "an API that lags shows nothing: its events are still to come")
        #expect(next(Self.now + -25 * Self.minute) == position)
        #expect(next(Self.now + 99 * Self.minute) == span.until, "an event's own clock may be wrong")
        #expect(next(Self.now, serverNow: Self.now + -7 * Self.minute) == Self.now + -8 * Self.minute, "our clock is ahead")
    }

    @Test func aClockThatWasSetBackGivesAnEmptySpan() {
        let span = Self.window().span(from: Self.now + 90 * Self.minute, now: Self.now)
        #expect(span.until == span.from)
    }

    @Test func whatIsForgottenIsNeverAskedForAgain() {
        let day: Int64 = 86_400_000_000
        let window = Self.window(overlap: 0, granularity: day)
        let position = Timestamp(microseconds: 5 * day + 12_345)
        #expect(window.forgetBefore(position) == Timestamp(microseconds: 5 * day))
        #expect(window.forgetBefore(position) <= TimeFormat.date.floor(window.span(from: position, now: Self.now).from))
    }
}
