import EventModel

/// What Splunk's HTTP Event Collector answers: `{"text":…,"code":…}`
/// (https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/troubleshoot-http-event-collector).
package enum HECReply: Int, Sendable, CaseIterable {
    case success = 0
    case tokenRequired = 2
    case invalidAuthorization = 3
    case invalidToken = 4
    case noData = 5
    case invalidDataFormat = 6
    case serverError = 8
    case serverBusy = 9
    case channelMissing = 10
    case invalidChannel = 11
    case eventRequired = 12
    case eventBlank = 13
    case acknowledgementDisabled = 14
    case indexedFields = 15
    case healthy = 17

    var text: String {
        switch self {
        case .success: "Success"
        case .tokenRequired: "Token is required"
        case .invalidAuthorization: "Invalid authorization"
        case .invalidToken: "Invalid token"
        case .noData: "No data"
        case .invalidDataFormat: "Invalid data format"
        case .serverError: "Internal server error"
        case .serverBusy: "Server is busy"
        case .channelMissing: "Data channel is missing"
        case .invalidChannel: "Invalid data channel"
        case .eventRequired: "Event field is required"
        case .eventBlank: "Event field cannot be blank"
        case .acknowledgementDisabled: "ACK is disabled"
        case .indexedFields: "Error in handling indexed fields"
        case .healthy: "HEC is healthy"
        }
    }

    var status: Int {
        switch self {
        case .success, .healthy: 200
        case .tokenRequired, .invalidAuthorization: 401
        case .invalidToken: 403
        case .noData, .invalidDataFormat, .channelMissing, .invalidChannel, .eventRequired, .eventBlank, .acknowledgementDisabled,
            .indexedFields:
            400
        case .serverError: 500
        case .serverBusy: 503
        }
    }

    /// - Parameters:
    ///   - event: the number of the event that is wrong, from 0.
    ///   - acknowledgement: the number to ask for.
    ///   - detail: what is wrong, for people; Splunk has no such member, and clients read none.
    func answer(event: Int? = nil, acknowledgement: Int? = nil, detail: String? = nil) -> Answer {
        .json(status) { json in
            json.member("text", text)
            json.member("code", rawValue)
            if let event { json.member("invalid-event-number", event) }
            if let acknowledgement { json.member("ackId", acknowledgement) }
            json.member("detail", ifPresent: detail)
        }
    }

    /// How a failure of any request is said here.
    static func refusal(_ failure: RequestFailure) -> Answer {
        switch failure {
        case .collector(let error): return error.reply.answer(event: error.event, detail: error.detail?.description)
        case .noCredentials: return tokenRequired.answer()
        case .badAuthorization: return invalidAuthorization.answer()
        case .wrongCredentials, .badSignature: return invalidToken.answer()
        case .malformed, .invalid, .unsupportedEncoding: return invalidDataFormat.answer(detail: failure.message)
        case .busy, .notStored, .rateLimited, .quotaExceeded:
            var answer = serverBusy.answer(detail: failure.message)
            answer.status = failure.status
            return answer
        case .notFound, .methodNotAllowed, .lengthRequired, .tooLarge, .headersTooLarge, .unsupportedMediaType, .timeout:
            var answer = invalidDataFormat.answer(detail: failure.message)
            answer.status = failure.status
            return answer
        }
    }
}

/// Why a body of events is not taken, as Splunk has it.
package struct HECError: Error, Equatable, Sendable {
    package var reply: HECReply
    /// Which event, from 0; nil where it is none in particular.
    var event: Int?
    var detail: FormatError?

    init(reply: HECReply, event: Int? = nil, detail: FormatError? = nil) {
        self.reply = reply
        self.event = event
        self.detail = detail
    }
}
