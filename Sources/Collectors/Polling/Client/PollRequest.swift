package import EventModel

/// What is asked, without what proves who asks.
package struct PollRequest: Sendable, Equatable {
    package var method: String
    package var url: PollURL
    package var headers: [HeaderField] = []
    package var body: [UInt8]?

    package init(method: String = "GET", url: PollURL, headers: [HeaderField] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    package struct HeaderField: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// What was answered.
package struct PollResponse: Sendable {
    package var status: Int
    package var headers: [PollRequest.HeaderField]
    package var body: [UInt8]

    package init(status: Int, headers: [PollRequest.HeaderField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Every value of a header.
    package func headers(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The beginning of the body in one line, for messages.
    package var excerpt: String {
        String(String(decoding: body.prefix(400), as: UTF8.self).map { $0.isNewline || $0 == "\0" ? " " : $0 }.prefix(300))
    }

    /// The server's clock (RFC 9110, section 6.6.1).
    package var date: Timestamp? { header("date").flatMap { HTTPDate.parse($0) } }
}

/// Sends a request and reads its answer.
package protocol PollTransport: Sendable {
    func send(_ request: PollRequest) async throws(PollError) -> PollResponse
}
