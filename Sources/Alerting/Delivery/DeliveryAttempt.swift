/// How one attempt at a delivery ended.
public enum DeliveryAttempt: Sendable, Equatable {
    /// The receiver answered.
    case response(status: Int, retryAfter: String?, excerpt: String)
    /// It did not: connection, TLS, timeout, or a name that does not resolve.
    case failure(String)
    /// The configuration forbids the attempt, for example because the name resolves to a private address.
    case refused(String)
    /// The process is stopping: the attempt does not count.
    case interrupted

    /// What the receiver said, in a few words; nil if it did not answer.
    var answer: String? {
        guard case .response(let status, _, let excerpt) = self else { return nil }
        return excerpt.isEmpty ? "status \(status)" : "status \(status): \(excerpt)"
    }
}
