/// How long a connection may take for what it does now. Without I/O: it is told what happens, and says when the time is over.
struct ConnectionTimes: Sendable {
    /// What is waited for.
    enum Phase: Sendable, Equatable {
        /// The first byte of a request; on a new connection the handshake too.
        case request(isFirst: Bool)
        /// The rest of a request's line and headers.
        case headers
        /// The rest of a body.
        case body
        /// Our own answer.
        case answer
        /// The peer, to take the last answer and close.
        case close
    }

    /// What is to be done when the time is over.
    enum Verdict: Sendable, Equatable {
        /// Nothing yet; look again after so long.
        case wait(Duration)
        /// Tell the request that it is late, so that it can be answered.
        case fail
        /// Close at once.
        case close
    }

    /// An answer may take the limit of a commit and of reading what a slow peer does not take.
    static let answerLimit: Duration = .seconds(120)
    static let closeLimit: Duration = .seconds(5)

    let headerLimit: Duration
    let requestLimit: Duration
    let idleLimit: Duration
    private(set) var phase = Phase.request(isFirst: true)
    private var since: ContinuousClock.Instant
    /// No further request is wanted.
    private(set) var isQuiescing = false

    init(header: Duration, request: Duration, idle: Duration, at now: ContinuousClock.Instant) {
        headerLimit = header
        requestLimit = request
        idleLimit = idle
        since = now
    }

    mutating func bytesCame(at now: ContinuousClock.Instant) {
        // The time of a new connection runs on: a handshake is no request.
        if phase == .request(isFirst: false) { enter(.headers, now) }
    }

    mutating func headersCame(at now: ContinuousClock.Instant) { enter(.body, now) }

    mutating func bodyEnded(at now: ContinuousClock.Instant) {
        if phase == .body { enter(.answer, now) }
    }

    mutating func answered(isLast: Bool, at now: ContinuousClock.Instant) {
        enter(isLast ? .close : .request(isFirst: false), now)
    }

    /// True if the connection is to be closed now.
    mutating func quiesce() -> Bool {
        isQuiescing = true
        return phase == .request(isFirst: false) || phase == .request(isFirst: true)
    }

    mutating func verdict(at now: ContinuousClock.Instant) -> Verdict {
        let rest = since + limit - now
        if rest > .zero { return .wait(rest) }
        switch phase {
        case .headers, .body, .request(isFirst: true):
            // Should nobody answer, the connection ends soon all the same.
            enter(.close, now)
            return .fail
        case .request(isFirst: false), .answer, .close: return .close
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
        case .body: requestLimit
        case .answer: Self.answerLimit
        case .close: Self.closeLimit
        }
    }
}
