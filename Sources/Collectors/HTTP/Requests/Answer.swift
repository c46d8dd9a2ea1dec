import EventModel

/// An answer, whole: it is small, whatever was sent.
struct Answer: Sendable, Equatable {
    var status: Int
    /// Beside `Content-Length` and `Connection`.
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// No further request is taken on this connection.
    var endsConnection = false

    static func == (a: Answer, b: Answer) -> Bool {
        a.status == b.status && a.body == b.body && a.endsConnection == b.endsConnection
            && a.headers.elementsEqual(b.headers) { $0 == $1 }
    }

    static func json(_ status: Int, _ write: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return Answer(status: status, headers: [("Content-Type", "application/json")], body: writer.bytes)
    }

    static func text(_ status: Int, _ text: String) -> Answer {
        Answer(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }

    /// How this project's own endpoints say what is wrong: `{"error":"…","status":400}`.
    static func plain(_ failure: RequestFailure) -> Answer {
        json(failure.status) { json in
            json.member("error", failure.message)
            if case .malformed(let error) = failure {
                json.member("offset", error.offset)
                if let line = error.line { json.member("line", line) }
            }
            json.member("status", failure.status)
        }
    }

    /// The headers that belong to a failure, whatever the protocol.
    func refusing(_ failure: RequestFailure) -> Answer {
        var answer = self
        if let seconds = failure.retryAfter { answer.headers.append(("Retry-After", "\(seconds)")) }
        if case .methodNotAllowed(let allowed) = failure { answer.headers.append(("Allow", allowed)) }
        if failure.endsConnection { answer.endsConnection = true }
        return answer
    }
}
