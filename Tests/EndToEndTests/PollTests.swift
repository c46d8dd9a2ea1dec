import Foundation
import TestSupport
import Testing

/// Polled APIs, `kill -9` between and within pages: every event exactly once, and a ledger that balances.
@Suite(.serialized)
struct PollTests {
    static let events = 2_000

    @Test
    func everyEventOnceThoughKilled() async throws {
        let folder = try TemporaryFolder()
        let server = try ChildProcess(
            "\(Programs.repository.path)/scripts/support/api-server",
            ["--port-file", folder.path("port"), "--log", folder.path("requests"), "--events", "\(Self.events)"])
        defer { server.kill() }
        #expect(try await eventually { FileManager.default.fileExists(atPath: folder.path("port")) })
        let port = try String(contentsOfFile: folder.path("port"), encoding: .utf8)

        let repository = Programs.repository.path
        let common = "type: poll, base_url: \"http://127.0.0.1:\(port)\", credentials: {token: file:token}, interval: 1s"
        let daemon = try Daemon(
            extra: "pollers: \(repository)/rules/pollers",
            sources: [
                "{name: okta-prod, poller: okta, settings: {domain: example.okta.com}, \(common)}",
                "{name: slack-prod, poller: slack, \(common)}",
            ])
        try daemon.folder.file("token", Data("secret\n".utf8))
        try Data().write(to: URL(fileURLWithPath: daemon.eventsPath))

        var random = SeededGenerator(seed: 3)
        for round in 1...3 {
            try daemon.start()
            // In the middle of reading.
            #expect(try await eventually { Self.requests(folder) >= round * 9 }, "\(daemon.log.suffix(2_000))")
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...80, using: &random)))
            daemon.kill()
        }
        try await daemon.startAndWait()
        #expect(
            try await eventually(within: .seconds(120)) {
                try ["okta-prod", "slack-prod"].allSatisfy { try daemon.ledger($0)["stored"] == Self.events }
            }, "\(daemon.log.suffix(2_000))")
        let status = try #require(try daemon.status())
        #expect(status["balanced"] as? Bool == true)
        for (source, id) in [("okta-prod", "uuid"), ("slack-prod", "id")] {
            let result = try daemon.siemctl([
                "search", "metadata.log_provider:\(source)", "--since", "2d", "--limit", "0", "-o", "raw",
            ])
            let ids = result.lines.compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?[id] as? String
            }
            #expect(ids.count == Self.events && Set(ids).count == Self.events, "\(source): \(ids.count), \(Set(ids).count)")
            #expect(try daemon.ledger(source)["quarantined"] ?? 0 == 0)
        }
        let sources = (status["daemon"] as? [String: Any])?["sources"] as? [[String: Any]] ?? []
        let polled = sources.compactMap { ($0["collector"] as? [String: Any])?["polling"] as? [String: Any] }
        #expect(polled.count == 2)
        #expect(!daemon.log.contains("secret"), "credentials are never logged")

        // Now and then the server fails.
        var probe = try daemon.siemctl(["source", "test", "okta-prod"])
        for _ in 0..<4 where probe.status != 0 { probe = try daemon.siemctl(["source", "test", "okta-prod"]) }
        #expect(probe.status == 0, "\(probe.output) \(probe.errors)")
        #expect(probe.output.contains("GET http://127.0.0.1:\(port)/api/v1/logs?since="))
        #expect(probe.output.contains("\"uuid\" : \"okta-0\"") && probe.output.contains("→ Authentication"), "\(probe.output)")
        #expect(!probe.output.contains("SSWS"))
        let list = try daemon.siemctl(["source", "list"])
        #expect(list.lines.contains { $0.hasPrefix("slack-prod") && $0.contains("poll slack http://127.0.0.1:\(port)") })
        try daemon.folder.file("token", Data("wrong\n".utf8))
        let refused = try daemon.siemctl(["source", "test", "slack-prod"])
        #expect(refused.status == 1 && refused.output.contains("The credentials were not accepted"), "\(refused.output)")
        #expect(daemon.stop() == 0)
    }

    private static func requests(_ folder: TemporaryFolder) -> Int {
        let text = (try? String(contentsOfFile: folder.path("requests"), encoding: .utf8)) ?? ""
        return text.utf8.count { $0 == UInt8(ascii: "\n") }
    }
}
