package import EventModel

/// What an answer's status means. Pure.
package struct ResponseCheck: Sendable {
    /// Words in the body of a 403 that make it a rate limit: Google's.
    package var throttleWords: [String]

    package init(throttleWords: [String] = []) { self.throttleWords = throttleWords }

    /// Nil for a success.
    /// - Parameter isContinuation: the request carried a position that the API had given.
    package func error(_ response: PollResponse, isContinuation: Bool, now: Timestamp) -> PollError? {
        let said = response.body.isEmpty ? "" : ": \(response.excerpt)"
        let status = "status \(response.status)\(said)"
        let pause = RateLimitHeaders.retryAfter(response, now: now) ?? RateLimitHeaders.exhaustedUntil(response, now: now)
        switch response.status {
        case 200..<300: return nil
        case 401:
            return PollError(.unauthorized, "\(status). The credentials were not accepted: are they right, and not expired?")
        case 403:
            if pause != nil || throttleWords.contains(where: { response.excerptContains($0) }) {
                return PollError(.throttled(until: pause), "too many requests: \(status)")
            }
            return PollError(
                .needsPerson, "\(status). The credentials lack a permission: docs/polling.md has what this product needs")
        case 429: return PollError(.throttled(until: pause), "too many requests: \(status)")
        case 408, 425, 500...: return pause == nil
            ? PollError(.transient, status) : PollError(.throttled(until: pause), status)
        case 300..<400:
            let place = response.header("location").map { " to \($0.prefix(200))" } ?? ""
            return PollError(.needsPerson, "status \(response.status): the API has moved\(place); set base_url")
        case 400, 404, 410, 416, 422:
            if isContinuation { return PollError(.badPosition, status) }
            return PollError(.needsPerson, "\(status). Are the settings and base_url right?")
        default: return PollError(.needsPerson, status)
        }
    }
}

extension PollResponse {
    fileprivate func excerptContains(_ word: String) -> Bool {
        String(decoding: body.prefix(16_384), as: UTF8.self).contains(word)
    }
}
