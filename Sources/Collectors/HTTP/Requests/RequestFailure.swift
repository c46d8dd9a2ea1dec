import EventModel

/// Why a request is not done. What of it the sender reads, and in which form, is its protocol's; the status is the same for all.
enum RequestFailure: Error, Equatable, Sendable {
    case notFound
    /// Methods that the path has, as in `Allow`.
    case methodNotAllowed(String)
    /// Neither a length nor chunks (RFC 9110 section 15.5.12).
    case lengthRequired
    case tooLarge(String)
    case headersTooLarge
    case unsupportedMediaType(String)
    case unsupportedEncoding(String)
    /// No credentials.
    case noCredentials
    /// Credentials that are none of this protocol's.
    case badAuthorization
    /// Credentials that nobody has.
    case wrongCredentials
    /// Whatever is wrong with a signature or its time: the sender is not told which.
    case badSignature
    case malformed(FormatError)
    /// Not what the protocol demands, in words.
    case invalid(String)
    /// As Splunk's protocol has it.
    case collector(HECError)
    /// Seconds until a request may come in again.
    case rateLimited(retryAfter: Int)
    case quotaExceeded(retryAfter: Int)
    /// No room, in memory or in the queue.
    case busy
    /// What was sent did not come to a commit in time, or not at all.
    case notStored
    /// The request did not come in time.
    case timeout

    var status: Int {
        switch self {
        case .notFound: 404
        case .methodNotAllowed: 405
        case .lengthRequired: 411
        case .tooLarge: 413
        case .headersTooLarge: 431
        case .unsupportedMediaType, .unsupportedEncoding: 415
        case .noCredentials, .badAuthorization, .wrongCredentials, .badSignature: 401
        case .malformed, .invalid: 400
        case .collector(let error): error.reply.status
        case .rateLimited, .quotaExceeded: 429
        case .busy, .notStored: 503
        case .timeout: 408
        }
    }

    /// Which counter of the ledger it is; nil: of no source, or nothing was turned away.
    var refusal: RefusalReason? {
        switch self {
        case .notFound, .methodNotAllowed, .notStored: nil
        case .lengthRequired, .unsupportedMediaType, .unsupportedEncoding, .malformed, .invalid, .collector, .headersTooLarge:
            .malformed
        case .tooLarge: .tooLarge
        case .noCredentials, .badAuthorization, .wrongCredentials: .authentication
        case .badSignature: .signature
        case .rateLimited: .rateLimit
        case .quotaExceeded: .quota
        case .busy: .busy
        case .timeout: .timeout
        }
    }

    /// For the sender. Says nothing of what would have been right where that is a secret.
    var message: String {
        switch self {
        case .notFound: "nothing is here; docs/http.md lists the paths"
        case .methodNotAllowed(let allowed): "this path takes \(allowed)"
        case .lengthRequired: "a body needs Content-Length or Transfer-Encoding: chunked"
        case .tooLarge(let what): "\(what); send less at once"
        case .headersTooLarge: "the request's line or headers are too large"
        case .unsupportedMediaType(let types): "the Content-Type must be \(types)"
        case .unsupportedEncoding(let name): "the Content-Encoding \"\(name.prefix(32))\" is none of gzip, deflate, zstd"
        case .noCredentials: "credentials are required"
        case .badAuthorization, .wrongCredentials: "the credentials are not accepted"
        case .badSignature: "the signature is not accepted"
        case .malformed(let error): error.description
        case .invalid(let reason): reason
        case .collector(let error): error.detail?.description ?? error.reply.text
        case .rateLimited: "more than this source may send in this time"
        case .quotaExceeded: "more than this source may send in a day"
        case .busy: "no room now; nothing is wrong with the request, send it again"
        case .notStored: "what was sent could not be stored in time; send it again"
        case .timeout: "the request took too long to arrive"
        }
    }

    var retryAfter: Int? {
        switch self {
        case .rateLimited(let seconds), .quotaExceeded(let seconds): seconds
        case .busy: 1
        case .notStored: 5
        case .notFound, .methodNotAllowed, .lengthRequired, .tooLarge, .headersTooLarge, .unsupportedMediaType,
            .unsupportedEncoding, .noCredentials, .badAuthorization, .wrongCredentials, .badSignature, .malformed, .invalid,
            .collector, .timeout:
            nil
        }
    }

    /// Whether the rest of the request is better not read.
    var endsConnection: Bool {
        switch self {
        case .tooLarge, .headersTooLarge, .timeout, .lengthRequired: true
        case .notFound, .methodNotAllowed, .unsupportedMediaType, .unsupportedEncoding, .noCredentials, .badAuthorization,
            .wrongCredentials, .badSignature, .malformed, .invalid, .collector, .rateLimited, .quotaExceeded, .busy, .notStored:
            false
        }
    }
}
