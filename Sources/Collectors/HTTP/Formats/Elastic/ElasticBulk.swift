import EventModel

/// `POST /_bulk` and `/{index}/_bulk`.
struct ElasticBulk: ElasticHandler {
    private static let types = "application/x-ndjson or application/json"

    let sources: [HTTPSource]
    /// Of the path; an action's own goes before it.
    let index: String?

    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        switch request.mediaType {
        case "application/x-ndjson", "application/json", "application/vnd.elasticsearch+x-ndjson",
            "application/vnd.elasticsearch+json":
            return nil
        default: throw .unsupportedMediaType(Self.types)
        }
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer {
        let began = ContinuousClock.now
        let limit = source.configuration.maximumRecordBytes
        let actions = try await context.parsing(body) { (body) throws(FormatError) in
            try BulkActions(body, maximumRecordBytes: limit)
        }
        try await store(actions.cuts, of: source, context)
        let refused = actions.items.compactMap(\.error)
        if let first = refused.first { source.refuse(.invalid(first.reason), count: refused.count) }
        let took = Int((ContinuousClock.now - began) / .milliseconds(1))
        return Self.answer(request, 200) { json in
            json.member("errors", !refused.isEmpty)
            json.member("took", took)
            json.key("items")
            json.beginArray()
            for (number, item) in actions.items.enumerated() { write(item, number, &json) }
            json.endArray()
        }
    }

    private func write(_ item: BulkActions.Item, _ number: Int, _ json: inout JSONWriter) {
        json.beginObject()
        json.key(item.action)
        json.beginObject()
        json.member("_index", item.index ?? index ?? "perimeter")
        if let error = item.error {
            json.member("_id", ifPresent: item.id)
            json.member("status", 400)
            json.key("error")
            json.beginObject()
            json.member("type", error.type)
            json.member("reason", error.reason)
            json.endObject()
        } else {
            // Documents are not found by their ids here; a client that gave none wants one all the same.
            json.member("_id", item.id ?? "\(number)")
            json.member("_version", 1)
            json.member("result", "created")
            json.key("_shards")
            json.raw(#"{"total":1,"successful":1,"failed":0}"#)
            json.member("_seq_no", number)
            json.member("_primary_term", 1)
            json.member("status", 201)
        }
        json.endObject()
        json.endObject()
    }
}
