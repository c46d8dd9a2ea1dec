import AsyncHTTPClient
import Collectors
import EventModel
import Foundation
import NIOCore
import NIOHTTP1
import Testing

struct HTTPListenerTests {
    @Test(arguments: [
        ("GET", "/", 404, nil), ("POST", "/ingest/nobody", 404, nil), ("POST", "/ingest", 404, nil), ("GET", "/ingest/app", 405, "POST"),
        ("DELETE", "/ingest/app", 405, "POST"), ("POST", "/services/collector", 404, nil), ("POST", "/_bulk", 404, nil),
        ("POST", "/v1/logs", 404, nil), ("POST", "/ingest/app/", 200, nil), ("POST", "/ingest/%61pp?x=%20", 200, nil),
        ("OPTIONS", "/ingest/app", 405, "POST"),
    ] as [(String, String, Int, String?)])
    func `paths and methods that are not there have their answer`(method: String, path: String, status: Int, allow: String?) async throws {
        let rig = try HTTPRig()
        try await rig.run { rig async throws in
            let reply = try await rig.send(path, method == "POST" ? [0x5b, 0x5d] : nil, JSONIngestTests.bearer, method: method)
            #expect(reply.status == status, "\(reply)")
            #expect(reply.headers["allow"] == allow)
            if status >= 400 { #expect(reply.body.hasPrefix(#"{"error":"#), "\(reply.body)") }
        }
    }

    @Test func `two requests come on one connection, and HTTP 1.0 is answered`() async throws {
        let rig = try HTTPRig()
        let one = "POST /ingest/app HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(HTTPRig.token("app"))\r\nContent-Length: 7\r\n"
        try await rig.run { rig async throws in
            let text = try await rig.raw([one + "\r\n{\"a\":1}" + one + "Connection: close\r\n\r\n{\"b\":2}"])
            #expect(text.components(separatedBy: #"{"records":1}"#).count == 3, "\(text)")
            #expect(text.hasPrefix("HTTP/1.1 200"))
            let old = one.replacingOccurrences(of: "HTTP/1.1", with: "HTTP/1.0") + "Connection: close\r\n\r\n{\"c\":3}"
            #expect(try await rig.raw([old]).contains(#"{"records":1}"#))
        }
        #expect(rig.sink.texts == [#"{"a":1}"#, #"{"b":2}"#, #"{"c":3}"#])
    }

    @Test func `chunks are read, also in pieces`() async throws {
        let rig = try HTTPRig()
        let head = Self.authorised + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        try await rig.run { rig async throws in
            let text = try await rig.raw([head, "3\r\n{\"a", "\r\n4;x=y\r\n\":1}\r\n", "0\r\nTrailer: x\r\n\r\n"], pause: .milliseconds(10))
            #expect(text.contains(#"{"records":1}"#))
        }
        #expect(rig.sink.texts == [#"{"a":1}"#])
    }

    static let authorised = "POST /ingest/app HTTP/1.1\r\nAuthorization: Bearer \(HTTPRig.token("app"))\r\n"

    @Test(arguments: [
        ("nonsense\r\n\r\n", "400"), ("GET / HTTP/1.1\r\nBad Header\r\n\r\n", "400"), (authorised + "\r\n", "411"),
        (authorised + "Content-Length: 99999999999\r\n\r\n", "413"), (authorised + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "400"),
        (authorised + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "400"), (authorised + "Content-Length: -1\r\n\r\n", "400"),
        ("GET /\(String(repeating: "x", count: 70_000)) HTTP/1.1\r\n\r\n", "431"),
        ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 9_000))\r\n\r\n", "431"),
        ("GET / HTTP/1.1\r\n\((0..<101).map { "X\($0): y\r\n" }.joined())\r\n", "431"),
        ("GET / HTTP/1.1\r\n\((0..<90).map { "X\($0): \(String(repeating: "y", count: 200))\r\n" }.joined())\r\n", "431"),
        ("POST nowhere HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "400"),
        ("POST /ingest/%6 HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "400"),
        (authorised + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
    ])
    func `what is no request, or too much of one, is refused and the connection ended`(bytes: String, status: String) async throws {
        let rig = try HTTPRig { $0.idleTimeout = .milliseconds(300) }
        try await rig.run { rig async throws in
            let text = try await rig.raw([bytes])
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
        }
        #expect(rig.sink.texts == [])
    }

    @Test func `bodies beyond the limit are refused, announced or not`() async throws {
        let rig = try HTTPRig { $0.maximumRequestBytes = 1_000 }
        try await rig.run { rig async throws in
            let chunk = "800\r\n" + String(repeating: " ", count: 0x800) + "\r\n0\r\n\r\n"
            let text = try await rig.raw([Self.authorised + "Transfer-Encoding: chunked\r\n\r\n", chunk])
            #expect(text.hasPrefix("HTTP/1.1 413 "), "\(text)")
        }
        #expect(rig.sink.refusals == [.tooLarge: 1])
    }

    @Test func `a client that asks first is told to go on, or not`() async throws {
        let rig = try HTTPRig()
        try await rig.run { rig async throws in
            let go = try await rig.raw([Self.authorised + "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n", "[]"])
            #expect(go.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"), "\(go)")
            let no = try await rig.raw(["POST /ingest/app HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 900000\r\n\r\n"])
            #expect(no.hasPrefix("HTTP/1.1 401 "), "\(no)")
        }
    }

    @Test func `who dawdles is hung up on`() async throws {
        let rig = try HTTPRig {
            $0.headerTimeout = .milliseconds(200)
            $0.requestTimeout = .milliseconds(200)
        }
        try await rig.run { rig async throws in
            async let silent = rig.raw([])
            async let slow = rig.raw(["GET / HT", "T", "P", "/1"], pause: .milliseconds(100))
            async let halfBody = rig.raw([Self.authorised + "Content-Length: 10\r\n\r\n{"])
            #expect(try await silent.hasPrefix("HTTP/1.1 408"))
            #expect(try await slow.hasPrefix("HTTP/1.1 408"))
            #expect(try await halfBody.hasPrefix("HTTP/1.1 408"))
        }
        #expect(rig.sink.refusals == [.timeout: 3])
    }

    @Test func `who has had an answer and says nothing more is hung up on`() async throws {
        let rig = try HTTPRig { $0.idleTimeout = .milliseconds(200) }
        try await rig.run { rig async throws in
            #expect(try await rig.raw(["GET / HTTP/1.1\r\n\r\n"]).hasPrefix("HTTP/1.1 404"))
        }
        #expect(rig.sink.refusals == [:])
    }

    @Test func `connections beyond the limit are closed at once, and their places given again`() async throws {
        let rig = try HTTPRig {
            $0.maximumConnections = 2
            // The two must still be there when the third one comes, however busy the machine is.
            $0.headerTimeout = .seconds(4)
        }
        try await rig.run { rig async throws in
            async let one = rig.raw([])
            async let two = rig.raw([])
            try await eventually { rig.listener.openConnections == 2 }
            #expect(try await rig.raw(["GET / HTTP/1.1\r\nConnection: close\r\n\r\n"]) == "")
            _ = try await (one, two)
            try await eventually { rig.listener.openConnections == 0 }
            #expect(try await rig.raw(["GET / HTTP/1.1\r\nConnection: close\r\n\r\n"]).hasPrefix("HTTP/1.1 404"))
        }
        #expect(rig.sink.refusals[.connections] == 1)
    }

    @Test func `requests together hold no more memory than they may`() async throws {
        let rig = try HTTPRig(sink: CollectingSink(holdsReceipts: true)) { $0.maximumMemoryBytes = 100_000 }
        let body = #"{"a":"\#(String(repeating: "x", count: 40_000))"}"#
        try await rig.run { rig async throws in
            async let first = rig.send("/ingest/app", body, JSONIngestTests.bearer)
            try await eventually { rig.sink.heldReceipts == 1 }
            let second = try await rig.send("/ingest/app", body, JSONIngestTests.bearer)
            #expect(second.status == 503)
            #expect(second.headers["retry-after"] == "1")
            rig.sink.commit()
            #expect(try await first.status == 200)
            async let third = rig.send("/ingest/app", body, JSONIngestTests.bearer)
            try await eventually { rig.sink.heldReceipts == 1 }
            rig.sink.commit()
            #expect(try await third.status == 200)
        }
        #expect(rig.sink.refusals == [.busy: 1])
    }

    @Test func `a request in flight is answered before the listener stops`() async throws {
        let rig = try HTTPRig(sink: CollectingSink(holdsReceipts: true))
        let reply = try await rig.run { rig async throws in
            let reply = Task { try await rig.send("/ingest/app", #"{"a":1}"#, JSONIngestTests.bearer) }
            try await eventually { rig.sink.heldReceipts == 1 }
            Task {
                try await Task.sleep(for: .milliseconds(300))
                rig.sink.commit()
            }
            return reply
        }
        #expect(try await reply.value.status == 200)
    }

    @Test func `an address in use is an error that says so`() async throws {
        let rig = try HTTPRig()
        try await rig.run { rig async throws in
            let port = try await rig.listener.boundPort
            let other = try HTTPRig { $0.port = port }
            await #expect(throws: CollectorError.self) { try await other.listener.run() }
            await #expect(throws: CollectorError.self) { try await other.listener.sources[0].opened() }
        }
    }

    @Test func `encrypted requests are answered, and a renewed certificate is taken up`() async throws {
        let certificate = try ServerCertificate()
        let client = certificate.client()
        let rig = try HTTPRig(certificate: certificate, client: client)
        try await rig.run { rig async throws in
            #expect(try await rig.send("/ingest/app", #"{"a":1}"#, JSONIngestTests.bearer).status == 200)
            #expect(try await rig.raw(["GET / HTTP/1.1\r\n\r\n"]).contains("HTTP/1.1") == false, "not in the clear")
            try certificate.make()
            let port = try await rig.listener.boundPort
            // It trusts the new certificate alone, and is answered once the listener has it.
            let renewed = certificate.client()
            try await eventually { (try? await renewed.get(url: "https://localhost:\(port)/").get())?.status == .notFound }
            try await renewed.shutdown()
        }
        try await client.shutdown()
        #expect(rig.sink.texts == [#"{"a":1}"#])
    }
}
