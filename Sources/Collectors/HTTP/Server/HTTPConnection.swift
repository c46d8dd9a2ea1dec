import EventModel
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The requests of one connection, one after the other (RFC 9112).
struct HTTPConnection {
    typealias Parts = NIOAsyncChannelInboundStream<HTTPRequestPart>.AsyncIterator
    typealias Writer = NIOAsyncChannelOutboundWriter<HTTPResponsePart>

    /// Of a body that nobody wants, so much is read for the sake of the next request, or for the sender to see the answer.
    static let maximumUnwantedBytes = 256 * 1024

    let responder: HTTPResponder
    let logger: Logger

    func run(_ channel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                var parts = inbound.makeAsyncIterator()
                do {
                    while case .head(let head)? = try await parts.next() {
                        guard try await exchange(head, &parts, outbound, channel.channel.eventLoop) else { break }
                    }
                } catch {
                    guard let failure = Self.failure(error) else { throw error }
                    responder.refused(failure, by: nil)
                    try await write(responder.answer(failure, of: nil), to: outbound, isHead: false)
                }
                outbound.finish()
            }
        } catch {
            // The peer is gone, or never spoke TLS: nobody to tell.
            logger.debug("connection failed", metadata: ["error": "\(error)"])
        }
    }

    /// One request and its answer. False when no other one is taken.
    private func exchange(
        _ head: HTTPRequest, _ parts: inout Parts, _ outbound: Writer, _ loop: any EventLoop
    ) async throws -> Bool {
        var rest = UnreadBody()
        let started = await responder.start(head)
        let answer: Answer
        switch started {
        case .answer(let early): answer = early
        case .body(let request):
            do {
                let body = try request.makeBody()
                if head.headerFields[.expect]?.lowercased() == "100-continue" {
                    try await outbound.write(.head(HTTPResponse(status: .continue)))
                }
                try await read(&parts, into: body, &rest)
                answer = await responder.respond(request, body, on: loop)
            } catch let failure as RequestFailure {
                responder.refused(failure, by: request)
                answer = responder.answer(failure, of: request)
            }
        }
        let keepsAlive = rest.isBounded(head) && !answer.endsConnection && !Self.wantsEnd(head)
        var last = answer
        last.endsConnection = !keepsAlive
        try await write(last, to: outbound, isHead: head.method == .head)
        // What still comes of the body is read: a peer that is hung up on while it sends does not see the answer. If this was the
        // last one, the connection's times end it soon.
        try await rest.drain(&parts, atMost: keepsAlive ? Self.maximumUnwantedBytes : .max)
        return keepsAlive && rest.hasEnded
    }

    /// RFC 9112 section 9.6.
    private static func wantsEnd(_ head: HTTPRequest) -> Bool {
        (head.headerFields[.connection] ?? "").split(separator: ",").contains { $0.lowercased().filter { $0 != " " } == "close" }
    }

    private func read(_ parts: inout Parts, into body: RequestBody, _ rest: inout UnreadBody) async throws {
        while let part = try await parts.next() {
            switch part {
            case .body(let piece): try body.append(piece)
            case .end:
                rest.hasEnded = true
                return try body.finish()
            case .head: return
            }
        }
        throw ChannelError.inputClosed
    }

    private func write(_ answer: Answer, to outbound: Writer, isHead: Bool) async throws {
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        // RFC 9110 section 8.6: none with 204.
        if answer.status != 204 { fields[.contentLength] = "\(answer.body.count)" }
        if answer.endsConnection { fields[.connection] = "close" }
        let head = HTTPResponse(status: .init(code: answer.status), headerFields: fields)
        if isHead || answer.body.isEmpty {
            try await outbound.write(contentsOf: [.head(head), .end(nil)])
        } else {
            try await outbound.write(contentsOf: [.head(head), .body(ByteBuffer(bytes: answer.body)), .end(nil)])
        }
    }

    /// What a peer is told whose bytes are no request; nil if nobody is there to be told.
    private static func failure(_ error: any Error) -> RequestFailure? {
        switch error {
        case let failure as RequestFailure: failure
        case HTTPParserError.headerOverflow: .headersTooLarge
        case is HTTPParserError: .invalid("this is no HTTP request")
        default: nil
        }
    }
}

/// What has not been read of a request's body.
struct UnreadBody {
    var hasEnded = false

    /// Whether the rest is so little that it can be read for the next request's sake.
    func isBounded(_ head: HTTPRequest) -> Bool {
        if hasEnded { return true }
        if head.headerFields[.transferEncoding] != nil { return false }
        return (head.headerFields[.contentLength].flatMap { Int($0) } ?? 0) <= HTTPConnection.maximumUnwantedBytes
    }

    mutating func drain(_ parts: inout HTTPConnection.Parts, atMost limit: Int) async throws {
        var read = 0
        while !hasEnded, read <= limit, let part = try await parts.next() {
            switch part {
            case .body(let piece): read += piece.readableBytes
            case .end: hasEnded = true
            case .head: return
            }
        }
    }
}
