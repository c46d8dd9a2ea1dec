import EventModel

/// Asks each stream of a source once, as its collector would on its first run, and stores nothing: for `siemctl source test`.
public struct PollProbe: Sendable {
    /// Requests until a record is shown: a list, a file of it, a statement that takes its time.
    private static let maximumRequests = 8

    public struct Answer: Sendable {
        public var stream: String
        /// Each request and how it was answered: `GET https://…` and `200, 17 records`. No secret is in them.
        public var exchanges: [(request: String, answer: String)] = []
        /// The first record, as it would be stored.
        public var record: [UInt8]?
        /// What is wrong, and what to do; nil if the stream can be read.
        public var problem: String?
    }

    private let configuration: PollConfiguration
    private let clock: any PollClock
    private let transport: (any PollTransport)?

    public init(_ configuration: PollConfiguration) {
        self.init(configuration, clock: SystemClock(), transport: nil)
    }

    package init(_ configuration: PollConfiguration, clock: any PollClock, transport: (any PollTransport)?) {
        self.configuration = configuration
        self.clock = clock
        self.transport = transport
    }

    /// One answer for each stream, in their order.
    public func run() async -> [Answer] {
        let own = transport == nil
            ? HTTPPollClient(limits: configuration.limits, authoritiesFile: configuration.authoritiesFile) : nil
        var answers: [Answer] = []
        if let used: any PollTransport = transport ?? own {
            let client = AuthenticatedClient(configuration, transport: used, clock: clock)
            for stream in configuration.streams { answers.append(await answer(of: stream, client)) }
        }
        await own?.shutdown()
        return answers
    }

    private func answer(of stream: StreamDescription, _ client: AuthenticatedClient) async -> Answer {
        let plan = StreamPlan(stream, of: configuration)
        var answer = Answer(stream: stream.name)
        do throws(PollError) {
            if let request = try plan.prepareRequest() {
                let response = try await send(request, client, &answer)
                let isAccepted = stream.prepare?.accept.contains { response.excerpt.contains($0) } ?? false
                if !isAccepted { try check(response) }
            }
            var cycle = try StreamCycle(plan, from: plan.firstPosition(now: clock.now()), now: clock.now())
            for _ in 0..<Self.maximumRequests {
                guard let ask = cycle.ask else { break }
                if ask.pause > .zero { try await pause(ask.pause) }
                let response = try await send(ask.request, client, &answer)
                try check(response)
                let page = try cycle.take(response, now: clock.now()) { _ in false }
                if let failure = cycle.failure { throw failure }
                let count = page.items.ranges.count
                answer.exchanges[answer.exchanges.count - 1].answer += ", \(count) record\(count == 1 ? "" : "s")"
                guard count > 0 else { continue }
                answer.record = Array(page.items[0])
                break
            }
        } catch {
            answer.problem = "\(error)"
        }
        return answer
    }

    private func pause(_ duration: Duration) async throws(PollError) {
        do {
            try await clock.sleep(until: clock.now() + duration.components.seconds * 1_000_000)
        } catch {
            throw PollError(.cancelled, "cancelled")
        }
    }

    private func send(
        _ request: PollRequest, _ client: AuthenticatedClient, _ answer: inout Answer
    ) async throws(PollError) -> PollResponse {
        answer.exchanges.append(("\(request.method) \(request.url)", "no answer"))
        let response = try await client.send(request)
        answer.exchanges[answer.exchanges.count - 1].answer = "\(response.status)"
        return response
    }

    private func check(_ response: PollResponse) throws(PollError) {
        let check = ResponseCheck(throttleWords: configuration.description.throttleWords)
        if let error = check.error(response, isContinuation: false, now: clock.now()) { throw error }
    }
}
