import Collectors
import Testing

struct ConnectionTimesTests {
    private let start = ContinuousClock.now

    private func times() -> ConnectionTimes {
        ConnectionTimes(header: .seconds(10), request: .seconds(60), idle: .seconds(30), at: start)
    }

    private func expect(
        _ times: inout ConnectionTimes, at now: ContinuousClock.Instant, _ expected: ConnectionTimes.Verdict,
        _ place: SourceLocation = #_sourceLocation
    ) {
        let verdict = times.verdict(at: now)
        #expect(verdict == expected, sourceLocation: place)
    }

    @Test func `a new connection has the time of headers for its first request, handshake included`() {
        var times = times()
        times.bytesCame(at: start + .seconds(9))
        expect(&times, at: start + .seconds(9), .wait(.seconds(1)))
        expect(&times, at: start + .seconds(10), .fail)
        expect(&times, at: start + .seconds(15), .close)
    }

    @Test func `each step has its own time`() {
        var times = times()
        times.headersCame(at: start + .seconds(1))
        expect(&times, at: start + .seconds(60), .wait(.seconds(1)))
        times.bodyEnded(at: start + .seconds(60))
        #expect(times.phase == .answer)
        times.answered(isLast: false, at: start + .seconds(61))
        expect(&times, at: start + .seconds(90), .wait(.seconds(1)))
        times.bytesCame(at: start + .seconds(90))
        #expect(times.phase == .headers)
        expect(&times, at: start + .seconds(99), .wait(.seconds(1)))
        expect(&times, at: start + .seconds(100), .fail)
    }

    @Test func `a silent connection is closed without a word`() {
        var times = times()
        times.headersCame(at: start)
        times.bodyEnded(at: start)
        times.answered(isLast: false, at: start)
        expect(&times, at: start + .seconds(30), .close)
    }

    @Test func `a body that comes after its answer is no new request`() {
        var times = times()
        times.headersCame(at: start)
        times.answered(isLast: false, at: start)
        #expect(times.phase == .leftover)
        times.bytesCame(at: start + .seconds(1))
        times.bodyEnded(at: start + .seconds(1))
        #expect(times.phase == .request(isFirst: false))
    }

    @Test func `requests that come early are all owed an answer`() {
        var times = times()
        for _ in 0..<2 {
            times.headersCame(at: start)
            times.bodyEnded(at: start)
        }
        times.answered(isLast: false, at: start)
        #expect(times.phase == .answer)
        let early = times.quiesce()
        #expect(!early)
        times.answered(isLast: false, at: start)
        let late = times.quiesce()
        #expect(late)
    }

    @Test func `a last answer gives the peer a moment to take it`() {
        var times = times()
        times.headersCame(at: start)
        times.answered(isLast: true, at: start)
        times.bodyEnded(at: start + .seconds(1))
        expect(&times, at: start + .seconds(1), .wait(.seconds(4)))
        expect(&times, at: start + .seconds(5), .close)
    }
}
