import Alerting
import EventModel
import Testing

@Suite struct RetryPolicyTests {
    static let now = Timestamp(seconds: 1_795_521_600)  // 2026-11-24T12:00:00Z
    static let exact = RetryPolicy(jitter: 0)

    private func decide(
        _ attempt: DeliveryAttempt, number: Int = 1, policy: RetryPolicy = exact, seed: UInt64 = 1
    ) -> RetryPolicy.Decision {
        var generator = SplitMix(state: seed)
        return policy.decide(attempt, number: number, now: Self.now, using: &generator)
    }

    private func wait(_ decision: RetryPolicy.Decision) -> Double? {
        guard case .retry(let time, _) = decision else { return nil }
        return Double(time - Self.now) / 1_000_000
    }

    @Test(arguments: [
        (1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 50_400), (8, 72_000), (9, 86_400),
    ])
    func followsTheSchedule(number: Int, seconds: Double) {
        #expect(wait(decide(.failure("down"), number: number)) == seconds)
    }

    @Test(arguments: [10, 11, 1_000])
    func givesUpAfterTen(number: Int) {
        #expect(
            decide(.failure("down"), number: number) == .dead(error: "given up after \(number) attempts; the last one: down"))
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func twoHundredsAreDelivered(status: Int) {
        #expect(decide(.response(status: status, retryAfter: nil, excerpt: ""), number: 10) == .delivered)
    }

    @Test(arguments: [100, 301, 302, 303, 307, 308, 408, 409, 425, 429, 500, 502, 503, 504, 599, 600, 0])
    func triesAgain(status: Int) {
        let decision = decide(.response(status: status, retryAfter: nil, excerpt: "why"))
        #expect(decision == .retry(at: Self.now + 5_000_000, error: "status \(status): why"))
    }

    @Test(arguments: [400, 401, 403, 404, 405, 411, 413, 415, 422, 451, 499])
    func deadLetters(status: Int) {
        #expect(decide(.response(status: status, retryAfter: "1", excerpt: "")) == .dead(error: "status \(status)"))
    }

    @Test func goneDisables() {
        #expect(decide(.response(status: 410, retryAfter: nil, excerpt: "")) == .disable(error: "status 410"))
    }

    @Test(arguments: [
        (DeliveryAttempt.accepted(answer: "250 ok", missing: nil), RetryPolicy.Decision.delivered),
        (.accepted(answer: "250 ok", missing: "refused for a@b.example (550 no)"), .delivered),
        (.rejected("550 no"), .dead(error: "550 no")), (.postponed("450 later"), .retry(at: now + 5_000_000, error: "450 later")),
    ])
    func mailIsDecidedByWhatItsServerSaid(attempt: DeliveryAttempt, decision: RetryPolicy.Decision) {
        #expect(decide(attempt) == decision)
    }

    @Test func interruptedAttemptsDoNotCount() {
        #expect(decide(.interrupted, number: 10) == .leave)
    }

    @Test(arguments: [
        ("120", 120), ("0", 5), ("3", 5), (" 60", 60), ("86400", 86_400), ("999999", 86_400), ("99999999999999999999", 86_400),
        ("Tue, 24 Nov 2026 12:02:00 GMT", 120), ("Tuesday, 24-Nov-26 12:02:00 GMT", 120), ("Tue Nov 24 12:02:00 2026", 120),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 5), ("Fri, 24 Nov 2028 12:02:00 GMT", 86_400),
        ("soon", 5), ("-5", 5), ("1.5", 5), ("", 5), ("Tue, 31 Feb 2026 12:02:00 GMT", 5), ("Tue, 24 Nov 2026 25:02:00 GMT", 5),
    ])
    func honoursRetryAfter(value: String, seconds: Double) {
        #expect(wait(decide(.response(status: 429, retryAfter: value, excerpt: ""))) == seconds)
        #expect(wait(decide(.response(status: 503, retryAfter: value, excerpt: ""))) == seconds)
    }

    @Test func jitterLengthensWithinItsBound() throws {
        var waits: Set<Double> = []
        for seed in 0..<200 as Range<UInt64> {
            let seconds = try #require(wait(decide(.failure("x"), number: 2, policy: RetryPolicy(jitter: 0.2), seed: seed)))
            #expect((300...360).contains(seconds))
            waits.insert(seconds)
        }
        #expect(waits.count > 100)
    }

    @Test func takesAnotherSchedule() {
        let policy = RetryPolicy(schedule: [.zero, .milliseconds(10)], jitter: 0)
        #expect(wait(decide(.failure("x"), number: 1, policy: policy)) == 0.01)
        #expect(decide(.failure("x"), number: 2, policy: policy) == .dead(error: "given up after 2 attempts; the last one: x"))
    }
}

/// Sebastiano Vigna's SplitMix64: the same sequence for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
