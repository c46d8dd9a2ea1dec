import EventModel

/// What an authorisation server answered (RFC 6749, sections 5.1 and 5.2).
struct TokenResponse {
    let token: Secret
    /// When it has to be renewed: some time before its end.
    let renewAt: Timestamp

    /// Where nothing is said of a token's end.
    private static let standardLifetime: Int64 = 1_800

    init(_ response: PollResponse, now: Timestamp) throws(PollError) {
        func text(_ name: String) -> String? {
            // An answer that is no JSON says nothing.
            guard let place = (try? JSONReader.value(response.body, at: JSONPath(name))) ?? nil else { return nil }
            return JSONReader.text(response.body, place)
        }
        guard response.status == 200 || response.status == 201 else {
            let said = [text("error"), text("error_description") ?? text("reason") ?? text("message")].compactMap { $0 }
            let status = "the authorisation server answers \(response.status)"
                + (said.isEmpty ? "" : ": " + said.map { String($0.prefix(200)) }.joined(separator: ": "))
            if response.status == 429 || response.status >= 500 {
                let pause = RateLimitHeaders.retryAfter(response, now: now)
                throw PollError(response.status == 429 ? .throttled(until: pause) : .transient, status)
            }
            throw PollError(.needsPerson, "\(status). Are the credentials right, and is this machine's clock?")
        }
        guard let token = text("access_token"), !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw PollError(.transient, "the authorisation server's answer has no access_token")
        }
        self.token = Secret(token)
        let said = text("expires_in").flatMap { Double($0) }
        let lifetime = said.map { Int64(min(max($0, 0), 86_400 * 30)) } ?? Self.standardLifetime
        // A fifth of its life, at most five minutes, is for clocks that differ and requests under way.
        renewAt = now + (lifetime - min(300, lifetime / 5)) * 1_000_000
    }
}
