import Foundation
import TestSupport
import Testing

/// A receiver that is down when the finding is raised, and a daemon that is killed meanwhile: told once, under the first id.
@Suite(.serialized)
struct WebhookRestartTests {
    @Test
    func deliversAfterRestartUnderTheSameID() async throws {
        let secret = "whsec_" + Data("0123456789abcdef01234567".utf8).base64EncodedString()
        let folder = try TemporaryFolder()
        let port = try Self.reservedPort()
        let daemon = try Daemon(extra: """
            retry_schedule: [0s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s]
            webhooks:
              - name: soc
                url: http://127.0.0.1:\(port)/alerts
                secret: env:TEST_SECRET
                allow_private_addresses: true
            """)
        let spraying = try String(
            contentsOf: Programs.repository.appendingPathComponent("sample-logs/scenario/identity.jsonl"), encoding: .utf8)
        try Data(spraying.utf8).write(to: URL(fileURLWithPath: daemon.eventsPath))
        try daemon.start(environment: ["TEST_SECRET": secret])
        #expect(try await eventually { try Self.deliveries(daemon)["pending"] ?? 0 > 0 }, "\(daemon.log.suffix(2_000))")
        let owed = try Self.deliveries(daemon)["pending"] ?? 0
        daemon.kill()

        let receiver = try await WebhookReceiver(secret: secret, in: folder, port: port)
        defer { receiver.stop() }

        try daemon.start(environment: ["TEST_SECRET": secret])
        #expect(try await eventually { try Self.deliveries(daemon)["delivered"] ?? 0 == owed }, "\(daemon.log.suffix(2_000))")
        daemon.kill()
        try daemon.start(environment: ["TEST_SECRET": secret])
        #expect(try await eventually { try daemon.status()?["running"] as? Bool == true })
        #expect(daemon.stop() == 0)

        let deliveries = try receiver.deliveries()
        #expect(deliveries.count == owed)
        #expect(Set(deliveries.compactMap { $0["id"] as? String }).count == owed)
        #expect(deliveries.allSatisfy { $0["valid"] as? Bool == true })
    }

    static func deliveries(_ daemon: Daemon) throws -> [String: Int] {
        (try daemon.status()?["deliveries"] as? [String: Any] ?? [:]).compactMapValues { $0 as? Int }
    }

    /// A port that is free now, and on which nothing listens until the receiver starts.
    static func reservedPort() throws -> Int { try Daemon.freePort(SOCK_STREAM.rawValue) }
}
