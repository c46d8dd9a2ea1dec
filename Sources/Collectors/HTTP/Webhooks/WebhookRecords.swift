import EventModel

/// What a verified webhook says. Without I/O.
enum WebhookRecords {
    /// What GitHub says in headers alone.
    struct Headers: Sendable {
        var event: String?
        var delivery: String?
    }

    enum Content: Sendable {
        case records(RecordCuts)
        /// `url_verification` of Slack's Events API.
        case slackChallenge(String)
        /// `endpoint.url_validation` of Zoom.
        case zoomChallenge(String)
    }

    static func read(
        _ body: Arena, _ scheme: WebhookScheme, _ headers: Headers, maximumRecordBytes: Int
    ) throws(FormatError) -> Content {
        let bytes = body.slice(0, body.count)
        do throws(FormatError) {
            switch scheme {
            case .github: return .records(try github(bytes, headers, maximumRecordBytes))
            case .okta: return .records(try okta(body, maximumRecordBytes))
            case .slack:
                let members = JSONMembers(bytes, at: try only(bytes).lowerBound)
                if members.string(try members.value("type")) == "url_verification",
                    let challenge = members.string(try members.value("challenge")) {
                    return .slackChallenge(challenge)
                }
            case .zoom:
                let members = JSONMembers(bytes, at: try only(bytes).lowerBound)
                if members.string(try members.value("event")) == "endpoint.url_validation",
                    let payload = try members.value("payload"), bytes[payload.lowerBound] == UInt8(ascii: "{") {
                    let inner = JSONMembers(bytes, at: payload.lowerBound)
                    if let token = inner.string(try inner.value("plainToken")) { return .zoomChallenge(token) }
                }
            case .auth0: break
            case .hmac:
                // Nothing says what it sends: what does not begin as JSON is lines.
                let first = JSONGrammar(bytes).skipSpace(0)
                if first < bytes.count, bytes[first] != UInt8(ascii: "{"), bytes[first] != UInt8(ascii: "[") {
                    return .records(try JSONRecords.cut(body, .lines, maximumRecordBytes: maximumRecordBytes))
                }
            }
            return .records(try JSONRecords.cut(body, .values, maximumRecordBytes: maximumRecordBytes))
        } catch {
            throw error.located(in: bytes)
        }
    }

    /// The one object that the body is.
    private static func only(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> Range<Int> {
        let grammar = JSONGrammar(bytes)
        let start = grammar.skipSpace(0)
        guard start < bytes.count, bytes[start] == UInt8(ascii: "{") else { throw FormatError("expected an object", at: start) }
        let end = try grammar.valueEnd(start)
        guard grammar.skipSpace(end) == bytes.count else { throw FormatError("bytes after the object", at: end) }
        return start..<end
    }

    /// The event's name stands in a header alone, so a record is `{"github_event":…,"github_delivery":…,"body":…}` around
    /// the very bytes that were signed.
    private static func github(
        _ bytes: UnsafeRawBufferPointer, _ headers: Headers, _ limit: Int
    ) throws(FormatError) -> RecordCuts {
        let object = try only(bytes)
        var json = JSONWriter(capacity: object.count + 256)
        json.beginObject()
        json.member("github_event", ifPresent: headers.event)
        json.member("github_delivery", ifPresent: headers.delivery)
        json.key("body")
        json.raw(UnsafeRawBufferPointer(rebasing: bytes[object]))
        json.endObject()
        var cuts = RecordCuts(Arena(capacity: json.bytes.count), maximumRecordBytes: limit)
        cuts.append(copying: json.bytes)
        return cuts
    }

    /// `{"data":{"events":[…]}}`: each event is a record, as in the System Log.
    private static func okta(_ body: Arena, _ limit: Int) throws(FormatError) -> RecordCuts {
        let bytes = body.slice(0, body.count)
        let start = try only(bytes).lowerBound
        guard let data = try JSONMembers(bytes, at: start).value("data") else {
            throw FormatError("\"data\" is missing", at: start)
        }
        guard let events = try JSONMembers(bytes, at: data.lowerBound).value("events") else {
            throw FormatError("\"data.events\" is missing", at: data.lowerBound)
        }
        var cuts = RecordCuts(body, maximumRecordBytes: limit)
        try JSONMembers.elements(bytes, at: events.lowerBound) { (event) throws(FormatError) in
            guard bytes[event.lowerBound] == UInt8(ascii: "{") else {
                throw FormatError("each event must be an object", at: event.lowerBound)
            }
            cuts.append(event)
        }
        return cuts
    }
}
