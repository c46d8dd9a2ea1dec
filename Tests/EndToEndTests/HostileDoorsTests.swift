import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Peers that mean no good, on every door at once: siemd stays up within bounded memory, turns them away and counts them, and
/// still takes what others send.
@Suite(.serialized)
struct HostileDoorsTests {
    /// A daemon with every kind of listener, and their ports.
    private struct Doors {
        let daemon: Daemon
        let (tls, relp, http, metrics): (Int, Int, Int, Int)

        init() throws {
            func port() throws -> Int { try Daemon.freePort(SOCK_STREAM.rawValue) }
            (tls, relp, http, metrics) = (try port(), try port(), try port(), try port())
            daemon = try Daemon(
                extra: """
                    metrics: {port: \(metrics)}
                    http: {port: \(http)}
                    """,
                tcp: "maximum_connections: 20000",
                sources: [
                    "{name: tls, type: syslog_tls, port: \(tls), tls: {certificate: cert.pem, key: key.pem}}",
                    "{name: relp, type: relp, port: \(relp)}",
                    "{name: json, type: http, token: file:token}",
                    "{name: hook, type: webhook, vendor: github, secret: file:token}",
                ])
            try daemon.folder.file("token", Data("the token of the test".utf8))
            try Data().write(to: URL(fileURLWithPath: daemon.eventsPath))
            let made = try Programs.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-keyout", daemon.folder.path("key.pem"), "-out", daemon.folder.path("cert.pem"),
                ])
            #expect(made.status == 0, "\(made)")
        }

        var ports: [Int] { [daemon.tcpPort, tls, relp, http, metrics] }

        func post(_ path: String, _ headers: [String: String], _ body: String) async throws -> Int {
            var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(http)\(path)")), timeoutInterval: 60)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
            request.httpBody = Data(body.utf8)
            let (_, response) = try await URLSession.shared.data(for: request)
            return (response as? HTTPURLResponse)?.statusCode ?? 0
        }

        /// Every door still takes what it should.
        func check(_ marker: String) async throws {
            #expect(daemon.sendTCP(Data("<14>1 - h a - - - \(marker)\n".utf8)))
            let json = "{\"message\":\"\(marker)\"}"
            #expect(try await post("/ingest/json", ["Authorization": "Bearer the token of the test"], json) == 200)
            let message = "<14>1 - h a - - - \(marker)"
            let open = "relp_version=0\ncommands=syslog"
            let session = "1 open \(open.utf8.count) \(open)\n2 syslog \(message.utf8.count) \(message)\n3 close 0\n"
            #expect(daemon.sendTCP(Data(session.utf8), port: relp))
            let isFound = try await eventually(within: .seconds(90)) {
                let found = try daemon.siemctl(["search", "\"\(marker)\"", "-o", "jsonl"]).lines
                return found.count == 3
            }
            #expect(isFound, "\(daemon.log.suffix(2_000))")
            #expect(daemon.isRunning)
            #expect(try daemon.status()?["balanced"] as? Bool == true)
            #expect(daemon.residentMegabytes < 700, "\(daemon.residentMegabytes) MB")
        }
    }

    @Test func randomBytesAndGiantLines() async throws {
        let doors = try Doors()
        try await doors.daemon.startAndWait()
        var random = SeededGenerator(seed: 5)
        for port in doors.ports {
            for size in [1, 7, 300, 20_000, 500_000] {
                doors.daemon.sendTCP(Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }), port: port)
            }
            doors.daemon.sendTCP(Data(repeating: UInt8(ascii: "7"), count: 100_000), port: port)
            doors.daemon.sendTCP(Data(repeating: UInt8(ascii: "\n"), count: 100_000), port: port)
        }
        // 100 MB without a line end.
        let piece = Data(repeating: UInt8(ascii: "x"), count: 100 << 20)
        doors.daemon.sendTCP(piece)
        doors.daemon.sendTCP(Data("1 syslog 104857600 ".utf8) + piece, port: doors.relp)
        let post = "POST /ingest/json HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n"
        doors.daemon.sendTCP(Data(post.utf8) + piece, port: doors.http)
        try await doors.check("after the random bytes")
        let refusals = try ["tls", "relp", "http:listener"].map { source in
            try doors.daemon.ledger(source).filter { $0.key.hasPrefix("refused_") }.values.reduce(0, +)
        }
        #expect(refusals.allSatisfy { $0 > 0 }, "what was turned away is counted: \(refusals)")
        #expect(doors.daemon.stop() == 0)
    }

    @Test func forgedSignaturesAndTokens() async throws {
        let doors = try Doors()
        try await doors.daemon.startAndWait()
        for number in 0..<20 {
            let forged = "sha256=" + String(repeating: "0\(number % 10)", count: 32)
            let headers = ["X-Hub-Signature-256": forged, "X-GitHub-Event": "push", "X-GitHub-Delivery": "\(number)"]
            #expect(try await doors.post("/webhooks/hook", headers, "{}") == 401)
            #expect(try await doors.post("/ingest/json", ["Authorization": "Bearer \(number)"], "{}") == 401)
        }
        try await doors.check("after the forgeries")
        #expect(try doors.daemon.ledger("hook")["refused_signature"] == 20)
        #expect(try doors.daemon.ledger("json")["refused_authentication"] == 20)
        #expect(!doors.daemon.log.contains("the token of the test"))
        #expect(doors.daemon.stop() == 0)
    }

    @Test func tenThousandIdleConnectionsAndSlowOnes() async throws {
        // Both ends of each are descriptors; where the system allows fewer, as many as it does.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = min(10_000, Int(clamping: limit.rlim_max) - 500)
        let doors = try Doors()
        try await doors.daemon.startAndWait()
        let before = doors.daemon.residentMegabytes
        let silent = (0..<count).map { _ in doors.daemon.connectSilently() }
        defer { for descriptor in silent where descriptor >= 0 { close(descriptor) } }
        #expect(silent.allSatisfy { $0 >= 0 })
        // Slow ones, that have begun something and never end it.
        let slow = [
            (doors.http, "POST /ingest/json HTTP/1.1\r\nX-Slow: "), (doors.metrics, "GET /met"), (doors.tls, "\u{16}"),
            (doors.relp, "1 op"), (doors.daemon.tcpPort, "900 <14>half"),
        ].flatMap { port, text in
            (0..<20).map { _ -> Int32 in
                let descriptor = doors.daemon.connectSilently(port: port)
                _ = text.utf8CString.withUnsafeBytes { send(descriptor, $0.baseAddress!, $0.count - 1, Int32(MSG_NOSIGNAL)) }
                return descriptor
            }
        }
        defer { for descriptor in slow where descriptor >= 0 { close(descriptor) } }
        try await doors.check("beside \(count) idle connections")
        let isOpen = try await eventually {
            let sources = (try doors.daemon.status()?["daemon"] as? [String: Any])?["sources"] as? [[String: Any]]
            let tcp = sources?.first { $0["name"] as? String == "tcp" }?["collector"] as? [String: Any]
            return tcp?["connectionsOpen"] as? Int ?? 0 >= count
        }
        #expect(isOpen)
        let more = doors.daemon.residentMegabytes - before
        #expect(more < 300, "\(count) idle connections hold \(more) MB")
        #expect(doors.daemon.stop() == 0)
    }
}
