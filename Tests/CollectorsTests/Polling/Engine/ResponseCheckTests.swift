import Collectors
import EventModel
import Testing

struct ResponseCheckTests {
    private static let now = Timestamp(seconds: 1_777_629_600)

    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var headers: [String: String] = [:]
        var body = ""
        var isContinuation = false
        var kind: PollError.Kind?
        var testDescription: String { "\(status) \(headers.keys.sorted()) \(body.prefix(20))" }
    }

    @Test(arguments: [
        Case(status: 200, kind: nil), Case(status: 202, kind: nil), Case(status: 401, kind: .unauthorized),
        Case(status: 403, kind: .needsPerson), Case(status: 404, kind: .needsPerson), Case(status: 302, kind: .needsPerson),
        Case(status: 400, isContinuation: true, kind: .badPosition), Case(status: 410, isContinuation: true, kind: .badPosition),
        Case(status: 500, kind: .transient), Case(status: 408, kind: .transient), Case(status: 429, kind: .throttled(until: nil)),
        Case(status: 429, headers: ["Retry-After": "7"], kind: .throttled(until: now + 7_000_000)),
        Case(status: 503, headers: ["Retry-After": "Fri, 01 May 2026 10:00:09 GMT"], kind: .throttled(until: now + 9_000_000)),
        // GitHub.
        Case(
            status: 403, headers: ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1777629630"],
            kind: .throttled(until: now + 30_000_000)),
        Case(status: 403, headers: ["X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "1777629630"], kind: .needsPerson),
        // Okta, Auth0, the IETF draft, Atlassian.
        Case(
            status: 429, headers: ["X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "1777629620"],
            kind: .throttled(until: now + 20_000_000)),
        Case(
            status: 429, headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1777629603"],
            kind: .throttled(until: now + 3_000_000)),
        Case(status: 429, headers: ["RateLimit-Remaining": "0", "RateLimit-Reset": "5"], kind: .throttled(until: now + 5_000_000)),
        Case(
            status: 429, headers: ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-05-01T10:00:04Z"],
            kind: .throttled(until: now + 4_000_000)),
        // Google.
        Case(status: 403, body: #"{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}"#, kind: .throttled(until: nil)),
        // Nobody may stop us for ever.
        Case(status: 429, headers: ["Retry-After": "99999999999"], kind: .throttled(until: now + 86_400_000_000)),
        Case(status: 429, headers: ["Retry-After": "soon"], kind: .throttled(until: nil)),
        Case(status: 429, headers: ["Retry-After": "-5"], kind: .throttled(until: nil)),
    ])
    func kinds(_ item: Case) {
        let response = PollResponse(
            status: item.status, headers: item.headers.map { .init($0.key, $0.value) }, body: Array(item.body.utf8))
        let check = ResponseCheck(throttleWords: ["userRateLimitExceeded"])
        #expect(check.error(response, isContinuation: item.isContinuation, now: Self.now)?.kind == item.kind)
    }

    @Test func theServersClockCountsForReset() {
        // Their clock is an hour ahead of ours: ten seconds are ten seconds.
        let response = PollResponse(
            status: 429,
            headers: [
                .init("X-RateLimit-Remaining", "0"), .init("X-RateLimit-Reset", "1777633210"),
                .init("Date", "Fri, 01 May 2026 11:00:00 GMT"),
            ])
        #expect(RateLimitHeaders.exhaustedUntil(response, now: Self.now) == Self.now + 10_000_000)
    }
}
