import EventModel
import HTTPTypes

/// Which handler a path belongs to. Without I/O.
struct HTTPRoutes: Sendable {
    private let ingest: [String: JSONIngest]
    private let webhooks: [String: WebhookIngest]
    private let hec: [HTTPSource]
    private let elastic: [HTTPSource]
    private let otlp: [HTTPSource]

    init(_ sources: [HTTPSource]) {
        var ingest: [String: JSONIngest] = [:]
        var webhooks: [String: WebhookIngest] = [:]
        var (hec, elastic, otlp) = ([HTTPSource](), [HTTPSource](), [HTTPSource]())
        for source in sources {
            switch source.configuration.kind {
            case .json: ingest[source.source.name] = JSONIngest(source)
            case .webhook(let scheme): webhooks[source.source.name] = WebhookIngest(source, scheme)
            case .splunkHEC: hec.append(source)
            case .elasticsearch: elastic.append(source)
            case .otlp: otlp.append(source)
            }
        }
        (self.ingest, self.webhooks) = (ingest, webhooks)
        (self.hec, self.elastic, self.otlp) = (hec, elastic, otlp)
    }

    /// - Throws: `.notFound`, `.methodNotAllowed`.
    func handler(for request: IncomingRequest) throws(RequestFailure) -> any RequestHandler {
        let (handler, methods) = try handler(of: request.target.segments)
        guard methods.contains(request.method) else {
            throw .methodNotAllowed(methods.map(\.rawValue).joined(separator: ", "))
        }
        return handler
    }

    private func handler(
        of path: [String]
    ) throws(RequestFailure) -> (handler: any RequestHandler, methods: [HTTPRequest.Method]) {
        switch path.first {
        case "ingest":
            if path.count == 2, let handler = ingest[path[1]] { return (handler, [.post]) }
        case "webhooks":
            if path.count == 2, let handler = webhooks[path[1]] { return (handler, handler.methods) }
        case "services":
            if !hec.isEmpty, path.count > 1, path[1] == "collector" { return try splunk(Array(path[2...])) }
        case "v1":
            if !otlp.isEmpty, path.count == 2, path[1] == "logs" { return (OTLPLogs(sources: otlp), [.post]) }
        default: break
        }
        if !elastic.isEmpty, let found = search(path) { return found }
        throw .notFound
    }

    /// Below `/services/collector`.
    private func splunk(
        _ path: [String]
    ) throws(RequestFailure) -> (handler: any RequestHandler, methods: [HTTPRequest.Method]) {
        // A version may follow; there is only one.
        switch path.last == "1.0" ? Array(path.dropLast()) : path {
        case [], ["event"]: (HECIngest(sources: hec, isRaw: false), [.post])
        case ["raw"]: (HECIngest(sources: hec, isRaw: true), [.post])
        case ["ack"]: (HECAcknowledgement(sources: hec), [.post])
        case ["health"]: (HECHealth(sources: hec), [.get, .head])
        default: throw .notFound
        }
    }

    private func search(_ path: [String]) -> (handler: any RequestHandler, methods: [HTTPRequest.Method])? {
        switch path {
        case []: (ElasticGreeting(sources: elastic, subject: .cluster), [.get, .head])
        case ["_license"]: (ElasticGreeting(sources: elastic, subject: .license), [.get, .head])
        case ["_cluster", "health"]: (ElasticGreeting(sources: elastic, subject: .health), [.get, .head])
        case ["_bulk"]: (ElasticBulk(sources: elastic, index: nil), [.post, .put])
        default:
            if path.count == 2, path[1] == "_bulk" {
                (ElasticBulk(sources: elastic, index: path[0]), [.post, .put])
            } else {
                nil
            }
        }
    }
}
