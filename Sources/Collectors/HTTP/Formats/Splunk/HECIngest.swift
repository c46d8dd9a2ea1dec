import EventModel

/// What the paths of Splunk's HTTP Event Collector have in common: the token, and how no is said.
protocol HECHandler: RequestHandler {}

extension HECHandler {
    /// `Authorization: Splunk TOKEN`, or Basic with the token as password.
    func authorise(_ request: IncomingRequest) async throws(RequestFailure) -> HTTPSource {
        guard request.header("Authorization") != nil else { throw .noCredentials }
        guard let authorization = request.authorization, ["splunk", "basic"].contains(authorization.scheme) else {
            throw .badAuthorization
        }
        return try await owner(of: authorization.offered)
    }

    func refusal(_ failure: RequestFailure) -> Answer { HECReply.refusal(failure) }

    /// The channel of a request, a GUID by custom; nil if there is none.
    func channel(_ request: IncomingRequest) -> String? {
        request.header("X-Splunk-Request-Channel") ?? request.target.parameter("channel")
    }

    /// - Throws: `.collector`, if there is none, or it does not do.
    func checkedChannel(_ request: IncomingRequest) throws(RequestFailure) -> String {
        guard let channel = channel(request), !channel.isEmpty else { throw .collector(HECError(reply: .channelMissing)) }
        let isPlain = channel.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        guard isPlain, channel.utf8.count <= AckChannels.maximumNameBytes else {
            throw .collector(HECError(reply: .invalidChannel))
        }
        return channel
    }
}

/// `POST /services/collector[/event|/raw]`.
struct HECIngest: HECHandler {
    let sources: [HTTPSource]
    /// Lines, each a record, instead of events.
    let isRaw: Bool

    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        if Self.acknowledges(source) { _ = try checkedChannel(request) }
        return nil
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer {
        let (isRaw, limit) = (isRaw, source.configuration.maximumRecordBytes)
        // What is wrong with an event has a code of its own, so it comes as a value.
        let read = try await context.parsing(body) { Self.cut($0, isRaw, limit) }
        switch read {
        case .failure(let error): throw .collector(error)
        case .success(let cuts):
            guard Self.acknowledges(source) else {
                try await store(cuts, of: source, context)
                return HECReply.success.answer()
            }
            let number = try await deliver(cuts, on: try checkedChannel(request), of: source, context)
            return HECReply.success.answer(acknowledgement: number)
        }
    }

    static func acknowledges(_ source: HTTPSource) -> Bool {
        source.configuration.kind == .splunkHEC(acknowledges: true)
    }

    private static func cut(_ body: Arena, _ isRaw: Bool, _ limit: Int) -> Result<RecordCuts, HECError> {
        do throws(HECError) {
            guard isRaw else { return .success(try HECEvents.cut(body, maximumRecordBytes: limit)) }
            let cuts = JSONRecords.lines(body, maximumRecordBytes: limit)
            return cuts.spans.isEmpty ? .failure(HECError(reply: .noData)) : .success(cuts)
        } catch {
            return .failure(error)
        }
    }

    /// Hands the records on without waiting for their commit: the client asks for it by the number.
    private func deliver(
        _ cuts: RecordCuts, on channel: String, of source: HTTPSource, _ context: RequestContext
    ) async throws(RequestFailure) -> Int {
        let acknowledgements = source.acknowledgements
        guard let number = acknowledgements.open(channel) else { throw .busy }
        do throws(RequestFailure) {
            let commit = try await source.deliver(cuts, on: context.loop)
            commit.whenKnown { outcome in
                // What was lost stays "not yet" until the client sends it again, as it does after a time without an answer.
                if outcome == .stored { acknowledgements.commit(number, of: channel) }
            }
            return number
        } catch {
            acknowledgements.forget(number, of: channel)
            throw error
        }
    }
}

/// `POST /services/collector/ack`: `{"acks":[0,1]}` is answered `{"acks":{"0":true,"1":false}}`.
struct HECAcknowledgement: HECHandler {
    /// Asked for at once.
    private static let maximumNumbers = 10_000

    let sources: [HTTPSource]

    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        guard HECIngest.acknowledges(source) else { throw .collector(HECError(reply: .acknowledgementDisabled)) }
        _ = try checkedChannel(request)
        return nil
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer {
        let numbers = try await context.parsing(body) { (body) throws(FormatError) in try Self.numbers(body) }
        let known = source.acknowledgements.answer(numbers, of: try checkedChannel(request))
        return .json(200) { json in
            json.key("acks")
            json.beginObject()
            for (number, isCommitted) in known { json.member("\(number)", isCommitted) }
            json.endObject()
        }
    }

    static func numbers(_ body: Arena) throws(FormatError) -> [Int] {
        let bytes = body.slice(0, body.count)
        let start = JSONGrammar(bytes).skipSpace(0)
        guard let list = try JSONMembers(bytes, at: start).value("acks") else {
            throw FormatError("\"acks\" is missing", at: start)
        }
        var numbers: [Int] = []
        try JSONMembers.elements(bytes, at: list.lowerBound) { (element) throws(FormatError) in
            guard let number = Int(String(decoding: bytes[element], as: UTF8.self)), number >= 0 else {
                throw FormatError("each of \"acks\" must be a number that was given out", at: element.lowerBound)
            }
            guard numbers.count < maximumNumbers else { throw FormatError("too many \"acks\" at once", at: element.lowerBound) }
            numbers.append(number)
        }
        return numbers
    }
}

/// `GET /services/collector/health`: for load balancers, which have no token.
struct HECHealth: HECHandler {
    let sources: [HTTPSource]

    func authorise(_ request: IncomingRequest) async throws(RequestFailure) -> HTTPSource {
        guard let source = sources.first else { throw .notFound }
        return source
    }

    func answerAtOnce(_ request: IncomingRequest, _ source: HTTPSource) throws(RequestFailure) -> Answer? {
        HECReply.healthy.answer()
    }

    func respond(
        _ request: IncomingRequest, _ source: HTTPSource, _ body: Arena, _ context: RequestContext
    ) async throws(RequestFailure) -> Answer { HECReply.healthy.answer() }
}
