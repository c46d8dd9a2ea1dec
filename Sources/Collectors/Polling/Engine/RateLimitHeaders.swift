package import EventModel

/// What an answer's headers say of the requests that are left.
///
/// Names: `Retry-After` (RFC 9110, section 10.2.3); `X-RateLimit-*` (GitHub, Auth0, Atlassian), `X-Rate-Limit-*` (Okta) and
/// `RateLimit-*` (the IETF draft, GitLab).
package enum RateLimitHeaders {
    /// No vendor means more than a day.
    private static let longest: Int64 = 86_400_000_000
    private static let prefixes = ["x-ratelimit-", "x-rate-limit-", "ratelimit-"]

    /// Until when nothing should be asked; nil if nothing is said. Never more than a day from now.
    package static func retryAfter(_ response: PollResponse, now: Timestamp) -> Timestamp? {
        guard let text = response.header("retry-after") else { return nil }
        let trimmed = String(text.drop { $0 == " " })
        if let seconds = Double(trimmed), seconds >= 0 {
            return now + Int64(min(seconds, 86_400) * 1_000_000)
        }
        return HTTPDate.parse(trimmed).map { min(max($0, now), now + longest) }
    }

    /// When the quota begins anew, if nothing of it is left.
    package static func exhaustedUntil(_ response: PollResponse, now: Timestamp) -> Timestamp? {
        for prefix in prefixes {
            guard let remaining = response.header(prefix + "remaining").flatMap({ Double($0) }), remaining < 1,
                let reset = response.header(prefix + "reset")
            else { continue }
            if let time = self.reset(reset, response, now) { return min(max(time, now), now + longest) }
        }
        return nil
    }

    /// Seconds since 1970, seconds from now, or a date and time.
    private static func reset(_ text: String, _ response: PollResponse, _ now: Timestamp) -> Timestamp? {
        guard let number = Double(text), number.isFinite, number >= 0, number < 1e12 else {
            return TimeFormat.rfc3339.parse(text)
        }
        if number < 1e8 { return now + Int64(number * 1_000_000) }
        // By the server's clock, which may differ from ours.
        let time = Timestamp(microseconds: Int64(number * 1_000_000))
        return response.date.map { now + (time - $0) } ?? time
    }
}
