import Alerting
import EventModel
import Testing

@Suite struct CircuitBreakerTests {
    private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_000 + seconds) }

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(threshold: 3, firstWait: .seconds(10), longestWait: .seconds(30))
        for _ in 0..<3 { breaker.failed(now: time(0)) }
        return breaker
    }

    @Test func opensAfterFailuresInARow() {
        var breaker = CircuitBreaker(threshold: 3, firstWait: .seconds(10))
        breaker.failed(now: time(0))
        breaker.failed(now: time(0))
        breaker.succeeded()
        breaker.failed(now: time(0))
        breaker.failed(now: time(0))
        #expect(breaker.permits(4, now: time(0)) == 4)
        breaker.failed(now: time(0))
        #expect(breaker.permits(4, now: time(0)) == 0)
        #expect(breaker.opensAt == time(10))
    }

    @Test func letsOneProbeThrough() {
        var breaker = opened()
        #expect(breaker.permits(4, now: time(9)) == 0)
        #expect(breaker.permits(4, now: time(10)) == 1)
        #expect(breaker.permits(4, now: time(10)) == 0)
        #expect(breaker.opensAt == nil)
        breaker.succeeded()
        #expect(breaker.permits(4, now: time(10)) == 4)
    }

    @Test func waitsLongerAfterEachFailedProbe() {
        var breaker = opened()
        var now: Int64 = 10
        for wait in [20, 30, 30] as [Int64] {
            #expect(breaker.permits(1, now: time(now)) == 1)
            breaker.failed(now: time(now))
            #expect(breaker.opensAt == time(now + wait))
            now += wait
        }
    }

    @Test func anAbandonedProbeIsMadeAgain() {
        var breaker = opened()
        #expect(breaker.permits(1, now: time(10)) == 1)
        breaker.probeAbandoned(now: time(11))
        #expect(breaker.permits(1, now: time(11)) == 1)
    }

    @Test func failuresWhileOpenChangeNothing() {
        var breaker = opened()
        breaker.failed(now: time(5))
        #expect(breaker.opensAt == time(10))
    }
}
