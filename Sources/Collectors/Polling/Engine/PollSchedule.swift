package import EventModel

/// When a stream asks again: a pure function of what came of the last request, the time and a generator.
package struct PollSchedule: Sendable {
    /// After the first failure, in microseconds; doubled with each further one.
    static let firstPause: Int64 = 1_000_000
    /// A vendor's outage is over when it is over: every five minutes is often enough to see it.
    static let longestPause: Int64 = 300_000_000
    /// After a 429 that does not say for how long.
    static let firstThrottle: Int64 = 15_000_000
    static let longestThrottle: Int64 = 900_000_000
    /// Where a person has to act, nothing is gained by asking often, and accounts are locked by it.
    static let personPause: Int64 = 600_000_000

    package private(set) var failures = 0

    package init() {}

    /// After a cycle that came to its end, or another answer that helped.
    package mutating func succeeded() { failures = 0 }

    /// The next poll after a finished cycle.
    package func nextPoll(now: Timestamp, interval: Int64) -> Timestamp { now + interval }

    /// When to ask again after a failure. Jitter takes up to half of a pause away, so that streams that failed together come
    /// apart; what the server asked for is never shortened.
    package mutating func failed(
        _ kind: PollError.Kind, now: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> Timestamp {
        let number = failures
        failures += 1
        switch kind {
        case .throttled(let until?): return max(until, now) + Int64.random(in: 0...1_000_000, using: &generator)
        case .throttled(nil):
            return now + jittered(Self.firstThrottle, number, Self.longestThrottle, &generator)
        case .transient, .badPosition, .tooManyPages, .cancelled:
            return now + jittered(Self.firstPause, number, Self.longestPause, &generator)
        case .unauthorized, .needsPerson: return now + jittered(Self.personPause, 0, Self.personPause, &generator)
        }
    }

    private func jittered(
        _ first: Int64, _ number: Int, _ longest: Int64, _ generator: inout some RandomNumberGenerator
    ) -> Int64 {
        let pause = min(first << Int64(min(number, 20)), longest)
        return pause - Int64.random(in: 0...pause / 2, using: &generator)
    }
}

/// How many requests may still be sent: never more than the rate's in any of its periods. Pure.
package struct RequestBudget: Sendable {
    /// Higher rates are kept by the hundredth of their period, so that the memory stays small.
    private static let longestHistory = 1_000

    private let count: Int
    private let period: Int64
    /// When the last requests may be sent, as a ring.
    private var times: [Timestamp] = []
    private var oldest = 0

    package init(_ rate: RequestRate) {
        let parts = (rate.count + Self.longestHistory - 1) / Self.longestHistory
        count = max(1, rate.count / parts)
        period = max(1, rate.period / Int64(parts))
    }

    /// Takes the next place: when the request may be sent.
    package mutating func reserve(now: Timestamp) -> Timestamp {
        guard times.count >= count else {
            times.append(now)
            return now
        }
        let time = max(now, times[oldest] + period)
        times[oldest] = time
        oldest = (oldest + 1) % count
        return time
    }
}
