import EventModel

/// `POST /v1/logs` of OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
struct OTLPLogs: RequestHandler {
    private static let protobuf = "application/x-protobuf"
    private static let json = "application/json"

    let sources: [HTTPSource]

    func authorise(_ request: IncomingRequest) async throws(RequestFailure) -> HTTPSource {
        guard request.header("Authorization") != nil else { throw .noCredentials }
        guard let authorization = request.authorization, authorization.scheme == "bearer" else { throw .badAuthorization }
        return try await owner(of: authorization.offered)
    }

    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        guard [Self.protobuf, Self.json].contains(request.mediaType) else {
            throw .unsupportedMediaType("\(Self.protobuf) or \(Self.json)")
        }
        return nil
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer {
        let isJSON = request.mediaType == Self.json
        let (limit, most) = (source.configuration.maximumRecordBytes, context.maximumBytes * 2)
        let records = try await context.parsing(body) { (body) throws(FormatError) in
            isJSON
                ? try OTLPJSON.read(body, maximumRecordBytes: limit, maximumBytes: most)
                : try OTLPProtobuf.read(body, maximumRecordBytes: limit, maximumBytes: most)
        }
        try await store(records.cuts, of: source, context)
        if let reason = records.firstReason { source.refuse(.invalid(reason), count: records.rejected) }
        return isJSON ? Self.jsonAnswer(records) : Self.protobufAnswer(records)
    }

    /// `ExportLogsServiceResponse`: empty when all was taken, else a partial success.
    private static func jsonAnswer(_ records: OTLPRecords) -> Answer {
        .json(200) { json in
            guard let reason = records.firstReason else { return }
            json.key("partialSuccess")
            json.beginObject()
            json.member("rejectedLogRecords", "\(records.rejected)")
            json.member("errorMessage", reason)
            json.endObject()
        }
    }

    static func protobufAnswer(_ records: OTLPRecords) -> Answer {
        var answer = Answer(status: 200, headers: [("Content-Type", protobuf)])
        guard let reason = records.firstReason else { return answer }
        var partial = ProtobufWriter()
        partial.varint(UInt64(records.rejected), field: 1)
        partial.bytes(reason.utf8, field: 2)
        var response = ProtobufWriter()
        response.bytes(partial.bytes, field: 1)
        answer.body = response.bytes
        return answer
    }

    /// A `google.rpc.Status` in JSON. The specification wants the type of the request; exporters go by the HTTP status, and show
    /// the text.
    func refusal(_ failure: RequestFailure) -> Answer {
        .json(failure.status) { json in
            // The codes of gRPC: INVALID_ARGUMENT, UNAUTHENTICATED, RESOURCE_EXHAUSTED, UNAVAILABLE.
            let code =
                switch failure.status {
                case 401: 16
                case 429: 8
                case 408, 503: 14
                default: 3
                }
            json.member("code", code)
            json.member("message", failure.message)
        }
    }
}

/// Writes the few fields of an answer in protobuf's wire format.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ value: UInt64, field: Int) {
        append(UInt64(field << 3))
        append(value)
    }

    mutating func bytes(_ value: some Collection<UInt8>, field: Int) {
        append(UInt64(field << 3 | 2))
        append(UInt64(value.count))
        bytes += value
    }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
