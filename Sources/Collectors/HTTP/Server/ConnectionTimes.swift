/// How long a connection may take for what it does now. Without I/O: it is told what happens, and says when the time is over.
package struct ConnectionTimes: Sendable {
    /// What is waited for.
    package enum Phase: Sendable, Equatable {
        /// The first byte of a request; on a new connection the handshake too.
        case request(isFirst: Bool)
        /// The rest of a request's line and headers.
        case headers
        /// The rest of a body.
        case body
        /// The rest of a body whose request has its answer already.
        case leftover
        /// Our own answer.
        case answer
        /// The peer, to take the last answer and close.
        case close
    }

    /// What is to be done when the time is over.
    package enum Verdict: Sendable, Equatable {
        /// Nothing yet; look again after so long.
        case wait(Duration)
        /// Tell the request that it is late, so that it can be answered.
        case fail
        /// Close at once.
        case close
    }

    /// An answer may take the limit of a commit and of reading what a slow peer does not take.
    package static let answerLimit: Duration = .seconds(120)
    package static let closeLimit: Duration = .seconds(5)

    let headerLimit: Duration
    let requestLimit: Duration
    let idleLimit: Duration
    package private(set) var phase = Phase.request(isFirst: true)
    private var since: ContinuousClock.Instant
    /// No further request is wanted.
    private(set) var isQuiescing = false
    private var isBodyOpen = false
    /// Requests that have come and have no answer; more than one if they come before they are asked for.
    private(set) var unanswered = 0

    package init(header: Duration, request: Duration, idle: Duration, at now: ContinuousClock.Instant) {
        headerLimit = header
        requestLimit = request
        idleLimit = idle
        since = now
    }

    package mutating func bytesCame(at now: ContinuousClock.Instant) {
        // The time of a new connection runs on: a handshake is no request.
        if phase == .request(isFirst: false) { enter(.headers, now) }
    }

    package mutating func headersCame(at now: ContinuousClock.Instant) {
        isBodyOpen = true
        unanswered += 1
        settle(now)
    }

    package mutating func bodyEnded(at now: ContinuousClock.Instant) {
        isBodyOpen = false
        if phase != .close { settle(now) }
    }

    package mutating func answered(isLast: Bool, at now: ContinuousClock.Instant) {
        unanswered = max(0, unanswered - 1)
        if isLast { enter(.close, now) } else { settle(now) }
    }

    /// True if the connection is to be closed now: it owes no answer.
    package mutating func quiesce() -> Bool {
        isQuiescing = true
        return unanswered == 0
    }

    package mutating func verdict(at now: ContinuousClock.Instant) -> Verdict {
        let rest = since + limit - now
        if rest > .zero { return .wait(rest) }
        switch phase {
        case .headers, .body, .request(isFirst: true):
            // Should nobody answer, the connection ends soon all the same.
            enter(.close, now)
            return .fail
        case .request(isFirst: false), .leftover, .answer, .close: return .close
        }
    }

    private mutating func settle(_ now: ContinuousClock.Instant) {
        if unanswered > 0 {
            enter(isBodyOpen ? .body : .answer, now)
        } else {
            enter(isBodyOpen ? .leftover : .request(isFirst: false), now)
        }
    }

    private mutating func enter(_ next: Phase, _ now: ContinuousClock.Instant) {
        phase = next
        since = now
    }

    private var limit: Duration {
        switch phase {
        case .request(let isFirst): isFirst ? headerLimit : idleLimit
        case .headers: headerLimit
        case .body, .leftover: requestLimit
        case .answer: Self.answerLimit
        case .close: Self.closeLimit
        }
    }
}
