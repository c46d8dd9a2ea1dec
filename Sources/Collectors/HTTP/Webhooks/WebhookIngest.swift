import EventModel
import HTTPTypes

/// `/webhooks/NAME`: what vendors send of their own accord. Nothing of a body is looked at before its signature has been
/// verified.
struct WebhookIngest: RequestHandler {
    /// Okta's challenge is some 40 letters.
    private static let maximumChallengeBytes = 1024

    let source: HTTPSource
    let scheme: WebhookScheme
    var sources: [HTTPSource] { [source] }

    init(_ source: HTTPSource, _ scheme: WebhookScheme) {
        self.source = source
        self.scheme = scheme
    }

    var methods: [HTTPRequest.Method] { scheme == .okta ? [.get, .post] : [.post] }

    func authorise(_ request: IncomingRequest) async throws(RequestFailure) -> HTTPSource {
        if request.method == .get { return source }
        if scheme.signature != nil {
            _ = try signature(request)
            return source
        }
        guard let given = request.header("Authorization") else { throw .noCredentials }
        return try await owner(of: [given])
    }

    /// Okta asks once whether we are who it is told we are: no secret is needed for an echo.
    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        if request.method == .get {
            guard let challenge = request.header("x-okta-verification-challenge"),
                challenge.utf8.count <= Self.maximumChallengeBytes
            else { throw .invalid("x-okta-verification-challenge is missing") }
            return .json(200) { $0.member("verification", challenge) }
        }
        // The signature covers what was on the wire.
        if let encoding = request.header("Content-Encoding"), encoding.lowercased() != "identity" {
            throw .invalid("a webhook's body must not be compressed")
        }
        if request.mediaType == "application/x-www-form-urlencoded" {
            throw .unsupportedMediaType("application/json; choose that where the webhook is set up")
        }
        return nil
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer {
        if scheme.signature != nil { try await verify(try signature(request), body) }
        let headers = WebhookRecords.Headers(
            event: request.header("X-GitHub-Event"), delivery: request.header("X-GitHub-Delivery"))
        let (scheme, limit) = (scheme, source.configuration.maximumRecordBytes)
        let content = try await context.parsing(body) { (body) throws(FormatError) in
            try WebhookRecords.read(body, scheme, headers, maximumRecordBytes: limit)
        }
        switch content {
        case .slackChallenge(let challenge): return .json(200) { $0.member("challenge", challenge) }
        case .zoomChallenge(let token):
            // Of several secrets, the newest is the one that Zoom has.
            guard let secret = source.tokens.current.first, let answer = Self.zoomAnswer(token, secret) else { throw .busy }
            return answer
        case .records(let cuts):
            try await store(cuts, of: source, context)
            return .json(200) { $0.member("records", cuts.spans.count) }
        }
    }

    static func zoomAnswer(_ token: String, _ secret: Secret) -> Answer? {
        var text = token
        guard let code = text.withUTF8({ MessageCode.make(.sha256, key: secret, over: [UnsafeRawBufferPointer($0)]) }) else {
            return nil
        }
        return .json(200) { json in
            json.member("plainToken", token)
            json.member("encryptedToken", Hex.text(code))
        }
    }

    private func signature(_ request: IncomingRequest) throws(RequestFailure) -> WebhookSignature {
        guard let signature = scheme.signature else { throw .badSignature }
        return try WebhookSignature(signature, now: Timestamp.now().microseconds / 1_000_000, header: request.header)
    }

    private func verify(_ signature: WebhookSignature, _ body: Arena) async throws(RequestFailure) {
        if signature.verifies(body.slice(0, body.count), source.tokens.current) { return }
        guard await source.tokens.refresh(after: TokenSet.mismatchInterval),
            signature.verifies(body.slice(0, body.count), source.tokens.current)
        else { throw .badSignature }
    }
}
