import EventModel

/// `POST /ingest/NAME`: records as JSON or as lines, by Bearer token (RFC 6750).
struct JSONIngest: RequestHandler {
    private static let types =
        "application/json, application/x-ndjson for a record a line, or text/plain for lines that are no JSON"

    let source: HTTPSource
    var sources: [HTTPSource] { [source] }

    init(_ source: HTTPSource) { self.source = source }

    func authorise(_ request: IncomingRequest) async throws(RequestFailure) -> HTTPSource {
        guard request.header("Authorization") != nil else { throw .noCredentials }
        guard let authorization = request.authorization, authorization.scheme == "bearer" else { throw .badAuthorization }
        return try await owner(of: authorization.offered)
    }

    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        _ = try arrangement(request)
        return nil
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer {
        let arrangement = try arrangement(request)
        let limit = source.configuration.maximumRecordBytes
        let cuts = try await context.parsing(body) { (body) throws(FormatError) in
            try JSONRecords.cut(body, arrangement, maximumRecordBytes: limit)
        }
        try await store(cuts, of: source, context)
        return .json(200) { $0.member("records", cuts.spans.count) }
    }

    private func arrangement(_ request: IncomingRequest) throws(RequestFailure) -> JSONRecords.Arrangement {
        switch request.mediaType {
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
            "application/json-lines", "text/plain":
            return .lines
        // curl says that everything is a form, unless told otherwise.
        case "", "application/json", "text/json", "application/x-www-form-urlencoded": return .values
        case let type where type.hasSuffix("+json"): return .values
        default: throw .unsupportedMediaType(Self.types)
        }
    }
}

/// Who sends without credentials is told which are asked for (RFC 9110 section 11.6.1).
extension JSONIngest {
    func refusal(_ failure: RequestFailure) -> Answer {
        var answer = Answer.plain(failure)
        if failure.status == 401 { answer.headers.append(("WWW-Authenticate", "Bearer")) }
        return answer
    }
}
