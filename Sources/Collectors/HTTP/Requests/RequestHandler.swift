import EventModel
import NIOCore
import NIOPosix

/// What one path does with requests, in the terms of its protocol.
protocol RequestHandler: Sendable {
    /// The sources that may send here; what is turned away before one is known counts for the first.
    var sources: [HTTPSource] { get }

    /// Whose request it is, from its line and headers alone. Nothing of the body is read before.
    func authorise(_ request: IncomingRequest) async throws(RequestFailure) -> HTTPSource

    /// The answer, if it needs no body.
    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer?

    /// The answer to a request whose body is there.
    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer

    /// How this protocol says no.
    func refusal(_ failure: RequestFailure) -> Answer
}

/// What a handler needs of the connection that its request came by.
struct RequestContext: Sendable {
    /// Bodies of more are taken apart on a thread of their own: lanes share the threads of tasks, and must not wait so long.
    private static let largeBytes = 256 * 1024

    let loop: any EventLoop
    /// How long a request waits for its commit.
    let commitLimit: TimeAmount
    let maximumBytes: Int

    /// Runs work whose time grows with the body.
    func parsing<Value: Sendable>(
        _ body: Arena, _ work: @escaping @Sendable (Arena) throws(FormatError) -> Value
    ) async throws(RequestFailure) -> Value {
        let result: Result<Value, FormatError>
        if body.count < Self.largeBytes {
            result = Self.run(body, work)
        } else {
            do {
                result = try await NIOThreadPool.singleton.runIfActive { Self.run(body, work) }
            } catch {
                throw .busy  // The process ends.
            }
        }
        do throws(FormatError) { return try result.get() } catch { throw .malformed(error) }
    }

    private static func run<Value>(
        _ body: Arena, _ work: (Arena) throws(FormatError) -> Value
    ) -> Result<Value, FormatError> {
        do throws(FormatError) { return .success(try work(body)) } catch { return .failure(error) }
    }
}

extension RequestHandler {
    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? { nil }

    func refusal(_ failure: RequestFailure) -> Answer { .plain(failure) }

    /// The first of `sources` that has one of the tokens. All tokens of all sources are compared; where none fits, they are
    /// fetched again, now and then, since one may be new.
    func owner(of offered: [String]) async throws(RequestFailure) -> HTTPSource {
        if let owner = knownOwner(of: offered) { return owner }
        var isChanged = false
        for source in sources where await source.tokens.refresh(after: TokenSet.mismatchInterval) { isChanged = true }
        guard isChanged, let owner = knownOwner(of: offered) else { throw .wrongCredentials }
        return owner
    }

    private func knownOwner(of offered: [String]) -> HTTPSource? {
        var owner: HTTPSource?
        for source in sources where source.tokens.accepts(offered) { owner = owner ?? source }
        return owner
    }

    /// Stores the records, and returns after the commit.
    func store(
        _ cuts: RecordCuts, of source: HTTPSource, _ context: RequestContext
    ) async throws(RequestFailure) {
        let commit = try await source.deliver(cuts, on: context.loop)
        guard await commit.outcome(within: context.commitLimit) == .stored else { throw .notStored }
    }
}
