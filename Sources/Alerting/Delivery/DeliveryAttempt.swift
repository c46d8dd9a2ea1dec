/// How one attempt at a delivery ended.
public enum DeliveryAttempt: Sendable, Equatable {
    /// The receiver answered by HTTP.
    case response(status: Int, retryAfter: String?, excerpt: String)
    /// The receiver has it.
    ///
    /// - Parameters:
    ///   - answer: what it said to that.
    ///   - missing: which of a message's recipients do not have it, and why; nil: none.
    case accepted(answer: String, missing: String?)
    /// The receiver works, and asks for this delivery later.
    case postponed(String)
    /// The receiver works, and will not take this delivery.
    case rejected(String)
    /// There was no answer: connection, TLS, timeout, or a name that does not resolve; or one that the receiver cannot.
    case failure(String)
    /// The configuration forbids the attempt, for example because the name resolves to a private address.
    case refused(String)
    /// The process is stopping: the attempt does not count.
    case interrupted

    /// What the receiver said, in a few words; nil if it did not answer.
    public var answer: String? {
        switch self {
        case .response(let status, _, let excerpt):
            excerpt.isEmpty ? "status \(status)" : "status \(status): \(excerpt)"
        case .accepted(let answer, let missing): missing.map { "\(answer); not sent to \($0)" } ?? answer
        case .postponed(let answer), .rejected(let answer): answer
        case .failure, .refused, .interrupted: nil
        }
    }

    /// Whether the receiver has taken the delivery.
    public var isTaken: Bool {
        switch self {
        case .response(let status, _, _): (200..<300).contains(status)
        case .accepted: true
        case .postponed, .rejected, .failure, .refused, .interrupted: false
        }
    }
}

extension DeliveryAttempt {
    /// Makes an attempt that may take so long. When the task is cancelled, what has not been answered is interrupted.
    static func within(
        _ timeout: Duration, _ make: @escaping @Sendable () async -> DeliveryAttempt
    ) async -> DeliveryAttempt {
        let attempt = await withTaskGroup(of: DeliveryAttempt.self) { group in
            group.addTask { await make() }
            group.addTask {
                do {
                    try await Task.sleep(for: timeout)
                    return .failure("no answer within \(timeout)")
                } catch {
                    return .interrupted
                }
            }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            return first
        }
        return Task.isCancelled && attempt.isUnanswered ? .interrupted : attempt
    }

    /// Whether no answer came.
    private var isUnanswered: Bool {
        switch self {
        case .response, .accepted, .postponed, .rejected: false
        case .failure, .refused, .interrupted: true
        }
    }
}
