import EventModel
import HTTPTypes

/// What the paths of Elasticsearch have in common: credentials, the headers that its clients look for, and how no is said.
protocol ElasticHandler: RequestHandler {}

extension ElasticHandler {
    /// `ApiKey`, `Basic`, or `Bearer`. A key may be given as its encoded form, as `id:key`, or as the key alone.
    func authorise(_ request: IncomingRequest) async throws(RequestFailure) -> HTTPSource {
        guard request.header("Authorization") != nil else { throw .noCredentials }
        guard let authorization = request.authorization, ["apikey", "basic", "bearer"].contains(authorization.scheme) else {
            throw .badAuthorization
        }
        return try await owner(of: authorization.offered)
    }

    func refusal(_ failure: RequestFailure) -> Answer {
        let type =
            switch failure.status {
            case 401: "security_exception"
            case 408, 503: "unavailable_shards_exception"
            case 413: "content_too_long_exception"
            case 429: "es_rejected_execution_exception"
            default: "illegal_argument_exception"
            }
        var answer = Self.answer(nil, failure.status) { json in
            json.key("error")
            json.beginObject()
            json.key("root_cause")
            json.beginArray()
            json.beginObject()
            json.member("type", type)
            json.member("reason", failure.message)
            json.endObject()
            json.endArray()
            json.member("type", type)
            json.member("reason", failure.message)
            json.endObject()
            json.member("status", failure.status)
        }
        if failure.status == 401 { answer.headers.append(("WWW-Authenticate", #"Basic realm="perimeter", ApiKey"#)) }
        return answer
    }

    /// Clients of version 7.14 and later refuse a server without this header, and those of 8 and 9 want the type that they asked
    /// for.
    static func answer(_ request: IncomingRequest?, _ status: Int, _ write: (inout JSONWriter) -> Void) -> Answer {
        var answer = Answer.json(status, write)
        answer.headers = [("Content-Type", contentType(request)), ("X-Elastic-Product", "Elasticsearch")]
        return answer
    }

    private static func contentType(_ request: IncomingRequest?) -> String {
        let accepted = request?.header("Accept") ?? ""
        for version in ["8", "9"] where accepted.contains("compatible-with=\(version)") {
            return "application/vnd.elasticsearch+json;compatible-with=\(version)"
        }
        return "application/json"
    }
}

/// What clients ask before they send: who is there, whether it is licensed, whether it is well.
struct ElasticGreeting: ElasticHandler {
    enum Subject: Sendable {
        case cluster, license, health
    }

    /// The version whose `_bulk` this is. Shippers refuse to talk to older ones than themselves.
    private static let version = "8.17.0"

    let sources: [HTTPSource]
    let subject: Subject

    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        Self.answer(request, 200) { json in
            switch subject {
            case .cluster: Self.cluster(&json, request)
            case .license:
                json.key("license")
                json.beginObject()
                json.member("status", "active")
                json.member("type", "basic")
                json.endObject()
            case .health:
                json.member("cluster_name", "perimeter")
                json.member("status", "green")
                json.member("timed_out", false)
            }
        }
    }

    private static func cluster(_ json: inout JSONWriter, _ request: IncomingRequest) {
        // A client of version 9 takes no server of version 8.
        let isNine = request.header("Accept")?.contains("compatible-with=9") ?? false
        json.member("name", "perimeter")
        json.member("cluster_name", "perimeter")
        json.member("cluster_uuid", "_na_")
        json.key("version")
        json.beginObject()
        json.member("number", isNine ? "9.0.0" : version)
        json.member("build_flavor", "default")
        json.member("build_type", "deb")
        json.member("build_snapshot", false)
        json.member("lucene_version", isNine ? "10.1.0" : "9.12.0")
        json.member("minimum_wire_compatibility_version", "7.17.0")
        json.member("minimum_index_compatibility_version", "7.0.0")
        json.endObject()
        json.member("tagline", "You Know, for Search")
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer { throw .notFound }
}
