import EventModel
import HTTPTypes
import NIOCore

/// Finds what a request wants, asks for its credentials, and has its handler answer it. Every refusal is counted here.
final class HTTPResponder: Sendable {
    /// A request that is let in, and whose body is to be read.
    struct Request: Sendable {
        let handler: any RequestHandler
        let source: HTTPSource
        let incoming: IncomingRequest
        fileprivate let limits: HTTPConfiguration
        fileprivate let budget: MemoryBudget

        /// - Throws: `RequestFailure`.
        func makeBody() throws(RequestFailure) -> RequestBody {
            try RequestBody(
                encoding: incoming.header("Content-Encoding"), maximumBytes: limits.maximumRequestBytes, budget: budget)
        }
    }

    enum Start: Sendable {
        case answer(Answer)
        case body(Request)
    }

    private let configuration: HTTPConfiguration
    private let routes: HTTPRoutes
    let budget: MemoryBudget
    /// Tells of what is of no source.
    private let refuseUnknown: @Sendable (RequestFailure) -> Void

    init(
        _ configuration: HTTPConfiguration, routes: HTTPRoutes, refuseUnknown: @escaping @Sendable (RequestFailure) -> Void
    ) {
        self.configuration = configuration
        self.routes = routes
        self.refuseUnknown = refuseUnknown
        budget = MemoryBudget(configuration.maximumMemoryBytes)
    }

    /// What a request's line and headers lead to.
    func start(_ head: HTTPRequest) async -> Start {
        var handler: (any RequestHandler)?
        var source: HTTPSource?
        do throws(RequestFailure) {
            guard let target = RequestTarget(head.path ?? "") else { throw .invalid("the request's target is no path") }
            let request = IncomingRequest(method: head.method, target: target, headers: head.headerFields)
            let found = try routes.handler(for: request)
            handler = found
            let owner = try await found.authorise(request)
            source = owner
            if let answer = try found.answerAtOnce(request, owner) { return .answer(answer) }
            try owner.admit()
            if let length = request.contentLength, length > configuration.maximumRequestBytes {
                throw .tooLarge("the body is larger than \(configuration.maximumRequestBytes) bytes")
            }
            guard request.isChunked || request.contentLength != nil else { throw .lengthRequired }
            return .body(
                Request(handler: found, source: owner, incoming: request, limits: configuration, budget: budget))
        } catch {
            if let account = source ?? handler?.sources.first { account.refuse(error) } else { refuseUnknown(error) }
            return .answer((handler?.refusal(error) ?? .plain(error)).refusing(error))
        }
    }

    func respond(_ request: Request, _ body: RequestBody, on loop: any EventLoop) async -> Answer {
        request.source.metrics.bytes.add(body.received)
        let context = RequestContext(
            loop: loop, commitLimit: TimeAmount(configuration.commitTimeout), maximumBytes: configuration.maximumRequestBytes)
        do throws(RequestFailure) {
            return try await request.handler.respond(request.incoming, request.source, body.arena, context)
        } catch {
            refused(error, by: request)
            return answer(error, of: request)
        }
    }

    func refused(_ failure: RequestFailure, by request: Request?) {
        if let request { request.source.refuse(failure) } else { refuseUnknown(failure) }
    }

    func answer(_ failure: RequestFailure, of request: Request?) -> Answer {
        guard let request else {
            var answer = Answer.plain(failure).refusing(failure)
            answer.endsConnection = true
            return answer
        }
        return request.handler.refusal(failure).refusing(failure)
    }
}
