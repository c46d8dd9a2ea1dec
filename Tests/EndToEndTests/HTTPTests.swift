import Foundation
import TestSupport
import Testing

/// Records over HTTP, sent with curl.
struct HTTPTests {
    private static func daemon() throws -> (Daemon, port: Int) {
        let port = try Daemon.freePort(SOCK_STREAM.rawValue)
        let daemon = try Daemon(
            extra: "http: {port: \(port)}", sources: ["{name: app, type: http, token: 'file:app.token'}"])
        try daemon.folder.file("app.token", Data("a-token-for-tests".utf8))
        return (daemon, port)
    }

    /// The status that curl was answered; 0 if it was not.
    private static func post(_ body: String, _ port: Int, token: String = "a-token-for-tests") throws -> Int {
        let result = try Programs.run(
            "/usr/bin/curl",
            [
                "--silent", "--max-time", "30", "--output", "/dev/null", "--write-out", "%{http_code}", "--data-binary", "@-", "-H",
                "Authorization: Bearer \(token)", "-H", "Content-Type: application/x-ndjson", "http://127.0.0.1:\(port)/ingest/app",
            ], input: Data(body.utf8))
        return Int(result.output) ?? 0
    }

    private static func record(_ id: String) -> String {
        #"{"uuid":"\#(id)","published":"2026-11-20T08:00:01.120Z","eventType":"user.session.start","legacyEventType":"x","#
            + #""severity":"INFO","displayMessage":"m","outcome":{"result":"SUCCESS"},"actor":{"id":"00u1","type":"User","#
            + #""alternateId":"dana.reyes@example.com"},"client":{"ipAddress":"203.0.113.9"},"target":null}"#
    }

    @Test func `what was answered is found, what was refused is not`() async throws {
        let (daemon, port) = try Self.daemon()
        try await daemon.startAndWait()
        #expect(try Self.post(Self.record("e1") + "\n" + Self.record("e2") + "\n{\"bad\n", port) == 200)
        #expect(try Self.post(Self.record("e3"), port, token: "a-guess") == 401)
        #expect(try daemon.siemctl(["search", "source:app", "-o", "jsonl", "--since", "2026-11-01"]).lines.count == 3)
        let account = try daemon.ledger("app")
        #expect(account["received"] == 3 && account["stored"] == 2 && account["quarantined"] == 1, "\(account)")
        #expect(daemon.stop() == 0)
        #expect(!daemon.log.contains("a-token-for-tests") && !daemon.log.contains("a-guess"))
    }

    @Test func `a sender that repeats what has no answer loses nothing to kill -9`() async throws {
        let (daemon, port) = try Self.daemon()
        try await daemon.startAndWait()
        for round in 0..<4 {
            let lines = (0..<2_000).map { Self.record("r\(round)-\($0)") }.joined(separator: "\n")
            let sender = Task.detached {
                // Until it is answered: killed before, within or after the commit, it has to send again.
                while try Self.post(lines, port) != 200 { try await Task.sleep(for: .milliseconds(20)) }
            }
            try await Task.sleep(for: .milliseconds([5, 15, 30, 60][round]))
            daemon.kill()
            try await daemon.startAndWait()
            try await sender.value
        }
        #expect(daemon.stop() == 0)
        let found = try daemon.siemctl(["search", "source:app", "-o", "jsonl", "-n", "100000", "--since", "2026-11-01"]).lines
        #expect(found.count == 8_000, "each once")
        #expect(Set(found).count == 8_000)
    }
}
