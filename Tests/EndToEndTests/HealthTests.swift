import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What the daemon says of its sources, and of itself.
@Suite("Health of sources") struct HealthTests {
    private static let health = "health_rules: \(Programs.repository.path)/rules/health"

    /// The findings of the daemon's own rules, oldest first, by title.
    private static func findings(_ daemon: Daemon) throws -> [String] {
        try daemon.siemctl(["alert", "ls", "--latest", "-o", "jsonl"]).output.split(separator: "\n").compactMap { line in
            let finding = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (finding?["rule"] as? [String: Any])?["title"] as? String
        }.reversed()
    }

    @Test func silenceIsToldOnceOverAKill() async throws {
        let daemon = try Daemon(extra: Self.health, udp: "silent_after: 2s")
        try await daemon.startAndWait()
        let isTold = try await eventually { try Self.findings(daemon) == ["A source has fallen silent"] }
        #expect(isTold, "\(daemon.log.suffix(2_000))")
        #expect(try daemon.siemctl(["status"]).output.contains("silent since"))

        daemon.kill()
        try await daemon.startAndWait()
        try await Task.sleep(for: .seconds(4))
        #expect(try Self.findings(daemon) == ["A source has fallen silent"], "the same silence is not told again")

        daemon.sendUDP(Data("<13>Nov 29 20:00:00 host app: here I am".utf8))
        let isOver = try await eventually { try Self.findings(daemon).prefix(2).last == "A source has recovered" }
        #expect(isOver, "\(daemon.log.suffix(2_000))")
        #expect(try daemon.status()?["balanced"] as? Bool == true)
    }

    @Test func datagramsThatTheKernelDropsAreCountedAndTold() async throws {
        let daemon = try Daemon(extra: Self.health)
        try await daemon.startAndWait()
        daemon.sendUDP(Data("<13>Nov 29 20:00:00 host app: first".utf8))
        #expect(try await eventually { try daemon.ledger("udp")["received"] == 1 })

        // Nobody reads while more than any receive buffer comes.
        daemon.signal(SIGSTOP)
        let datagram = Data("<13>Nov 29 20:00:00 host app: ".utf8) + Data(repeating: UInt8(ascii: "x"), count: 60_000)
        let sent = 1_000
        for _ in 0..<sent { daemon.sendUDP(datagram) }
        daemon.signal(SIGCONT)
        // The kernel tells how many it dropped with the next one that it delivers.
        let isTold = try await eventually {
            daemon.sendUDP(Data("<13>Nov 29 20:00:00 host app: after".utf8))
            return try Self.findings(daemon) == ["Records of a source were lost"]
        }
        #expect(isTold, "\(daemon.log.suffix(2_000))")
        let ledger = try daemon.ledger("udp")
        #expect(ledger["dropped_kernel"] ?? 0 > 0)
        #expect((ledger["received"] ?? 0) >= sent + 1)
        #expect(try daemon.status()?["balanced"] as? Bool == true)
    }

    private static func get(_ port: Int, _ path: String, token: String? = nil) async throws -> (status: Int, body: String) {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")), timeoutInterval: 20)
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    @Test func metricsAndHealthAreServed() async throws {
        let port = try Daemon.freePort(SOCK_STREAM.rawValue)
        let daemon = try Daemon(extra: "metrics: {port: \(port), token: file:token}")
        try daemon.folder.file("token", Data("a token of the test\n".utf8))
        try await daemon.startAndWait()
        #expect(daemon.sendTCP(Data("<13>Nov 29 20:00:00 host app: one\n<13>Nov 29 20:00:00 host app: two\n".utf8)))
        let isCounted = try await eventually {
            try await Self.get(port, "/metrics", token: "a token of the test").body
                .contains("\nsiem_records_stored_total{source=\"tcp\"} 2\n")
        }
        #expect(isCounted)
        #expect(try await Self.get(port, "/healthz").status == 200)
        #expect(try await Self.get(port, "/readyz").body == "ready\n")
        #expect(try await Self.get(port, "/metrics").status == 401)
        #expect(try await Self.get(port, "/metrics", token: "another").status == 401)
        #expect(try await Self.get(port, "/nothing").status == 404)
        #expect(!daemon.log.contains("a token of the test"))
    }

    @Test func anAddressThatIsTakenIsAnErrorOnlyIfItIsConfigured() async throws {
        let port = try Daemon.freePort(SOCK_STREAM.rawValue)
        let first = try Daemon(extra: "metrics: {port: \(port)}")
        try await first.startAndWait()
        let second = try Daemon(extra: "metrics: {port: \(port)}")
        try second.start()
        #expect(try await eventually { !second.isRunning })
        #expect(second.log.contains("cannot serve metrics on 127.0.0.1:\(port)"), "\(second.log)")
        #expect(second.stop() == 3)
    }
}
