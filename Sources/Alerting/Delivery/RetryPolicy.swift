public import EventModel

/// When a failed delivery is tried again, and when it is given up: a pure function of the attempt, the time and a generator.
///
/// The schedule is the one that Standard Webhooks recommends; ten attempts over three days. A redirect is a failure that is
/// retried, never followed: a body with findings in it goes to the configured address only, and the receiver's owner may put the
/// address right meanwhile.
public struct RetryPolicy: Sendable, Equatable {
    /// What to do after an attempt.
    public enum Decision: Sendable, Equatable {
        case delivered
        case retry(at: Timestamp, error: String)
        case dead(error: String)
        /// 410: a dead letter, and no more deliveries for the endpoint.
        case disable(error: String)
        /// Leave it as it is: it stays due.
        case leave
    }

    /// The wait before each attempt, the first one included.
    public var schedule: [Duration]
    /// A wait is lengthened by a random part of itself, at most this.
    public var jitter: Double
    /// The longest wait that a `Retry-After` can ask for.
    public var longestRetryAfter: Duration

    /// 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
    public static let standardSchedule: [Duration] = [
        .zero, .seconds(5), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3_600), .seconds(5 * 3_600),
        .seconds(10 * 3_600), .seconds(14 * 3_600), .seconds(20 * 3_600), .seconds(24 * 3_600),
    ]

    public init(
        schedule: [Duration] = RetryPolicy.standardSchedule, jitter: Double = 0.1,
        longestRetryAfter: Duration = .seconds(24 * 3_600)
    ) {
        self.schedule = schedule
        self.jitter = min(max(jitter, 0), 1)
        self.longestRetryAfter = longestRetryAfter
    }

    /// Decides on an attempt.
    ///
    /// - Parameters:
    ///   - attempt: how it ended.
    ///   - number: which attempt it was, from 1.
    ///   - now: when it ended.
    ///   - generator: where jitter comes from.
    public func decide(
        _ attempt: DeliveryAttempt, number: Int, now: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> Decision {
        switch attempt {
        case .interrupted: return .leave
        case .accepted: return .delivered
        case .rejected(let reason): return .dead(error: reason)
        case .failure(let reason), .refused(let reason), .postponed(let reason):
            return retry(number: number, now: now, retryAfter: nil, error: reason, using: &generator)
        case .response(let status, let retryAfter, _):
            let error = attempt.answer ?? "status \(status)"
            switch status {
            case 200..<300: return .delivered
            case 410: return .disable(error: error)
            case 408, 409, 425, 429: break
            case 400..<500: return .dead(error: error)
            default: break
            }
            return retry(number: number, now: now, retryAfter: retryAfter, error: error, using: &generator)
        }
    }

    /// A wait is never shorter than the schedule's: a receiver that asks for no wait cannot use up the attempts at once.
    private func retry(
        number: Int, now: Timestamp, retryAfter: String?, error: String, using generator: inout some RandomNumberGenerator
    ) -> Decision {
        guard number < schedule.count, number >= 1 else {
            return .dead(error: "given up after \(number) attempts; the last one: \(error)")
        }
        let scheduled = schedule[number].wholeMicroseconds
        let longest = Int64(Double(scheduled) * jitter)
        var wait = scheduled + (longest > 0 ? Int64.random(in: 0...longest, using: &generator) : 0)
        if let retryAfter, let asked = RetryAfter.parse(retryAfter, now: now) {
            wait = max(wait, min(asked, longestRetryAfter.wholeMicroseconds))
        }
        return .retry(at: now + wait, error: error)
    }
}

extension Duration {
    /// Whole microseconds, the rest cut off.
    var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let limit: Int64 = 1_000_000_000
        return min(max(seconds, -limit), limit) * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
