import Collectors
import EventModel
import Synchronization
import TestSupport

/// A vendor that is asked: its tokens, its troubles, and what it was asked. Answers over HTTP or directly.
final class ServedVendor: PollTransport {
    struct Faults: Sendable {
        /// Of a hundred requests: refused for a while, failed, cut off, answered with an expired token.
        var throttled = 0
        var failed = 0
        var cut = 0
        var expired = 0

        static let none = Faults()
        static let many = Faults(throttled: 5, failed: 6, cut: 4, expired: 5)
    }

    private struct State {
        var random: SeededGenerator
        var requests: [APIRequest] = []
        var tokens = 0
        /// Requests until the client is gone, in the middle of an answer; nil: never.
        var left: Int?
    }

    let vendor: any Vendor
    let log: EventLog
    private let clock: any PollClock
    /// How far the client's clock is ahead of the vendor's, in microseconds.
    private let skew: Int64
    private let faults: Faults
    private let state: Mutex<State>

    init(
        _ vendor: any Vendor, _ log: EventLog, clock: any PollClock, skew: Int64 = 0, faults: Faults = .none, seed: UInt64 = 1,
        requests: Int? = nil
    ) {
        self.vendor = vendor
        self.log = log
        self.clock = clock
        self.skew = skew
        self.faults = faults
        state = Mutex(State(random: SeededGenerator(seed: seed), left: requests))
    }

    var requests: [APIRequest] { state.withLock { $0.requests } }
    var tokens: Int { state.withLock { $0.tokens } }

    func send(_ request: PollRequest) async throws(PollError) -> PollResponse {
        let isGone = state.withLock { state in
            if let left = state.left { state.left = left - 1 }
            return state.left.map { $0 < 0 } ?? false
        }
        if isGone { throw PollError(.cancelled, "the process is gone") }
        return answer(APIRequest(request))
    }

    func answer(_ request: APIRequest) -> PollResponse {
        let now = clock.now() + -skew
        var response = state.withLock { state -> PollResponse in
            state.requests.append(request)
            if request.path == "/oauth/token" { return Self.token(request, &state) }
            let chance = Int.random(in: 0..<100, using: &state.random)
            var bound = faults.throttled
            if chance < bound {
                let wait = Int.random(in: 1...30, using: &state.random)
                let date = HTTPDate.text(now + Int64(wait) * 1_000_000)
                return PollResponse(status: 429, headers: [.init("Retry-After", chance % 2 == 0 ? "\(wait)" : date)])
            }
            bound += faults.failed
            if chance < bound { return .json("<html>oops</html>", status: [500, 502, 503, 504][chance % 4]) }
            bound += faults.expired
            if chance < bound { return .json(#"{"error":"token expired"}"#, status: 401) }
            var response = vendor.answer(request, log, now: now)
            bound += faults.cut
            if chance < bound, response.status == 200, response.body.count > 2, response.body.first != UInt8(ascii: "E") {
                response.body.removeLast(response.body.count / 2)
            }
            return response
        }
        response.headers.append(.init("Date", HTTPDate.text(now)))
        return response
    }

    /// Tokens of ten minutes for whoever has a secret or an assertion.
    private static func token(_ request: APIRequest, _ state: inout State) -> PollResponse {
        let hasProof = request.body.contains("client_secret=secret") || request.body.contains("assertion=ey")
            || request.headers["authorization"] == "Basic Yzpz"
        guard request.method == "POST", request.body.contains("grant_type="), hasProof else {
            return .json(#"{"error":"invalid_client","error_description":"who are you?"}"#, status: 401)
        }
        state.tokens += 1
        return .json(#"{"access_token":"t\#(state.tokens)","token_type":"bearer","expires_in":600}"#)
    }
}

/// Every vendor.
let allVendors: [any Vendor] = [
    OktaVendor(), GitHubVendor(), GoogleVendor(), Microsoft365Vendor(), EntraVendor(), SlackVendor(), BoxVendor(), OnePasswordVendor(),
    AtlassianVendor(), Auth0Vendor(), CloudflareVendor(), SalesforceVendor(), ZoomVendor(), DuoVendor(), SnowflakeVendor(),
]
