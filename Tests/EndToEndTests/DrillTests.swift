import Foundation
import TestSupport
import Testing

/// Synthetic attacks through the real doors of a running daemon.
@Suite struct DrillTests {
    private static let secret = "whsec_\(Data(repeating: 7, count: 32).base64EncodedString())"

    private static func extra(_ port: Int) -> String {
        """
        health_rules: \(Programs.repository.path)/rules/health
        drills: {folder: \(Programs.repository.path)/rules/drills}
        webhooks:
          - {name: soc, url: "http://127.0.0.1:\(port)/hook", secret: file:secret, minimum_level: low, allow_private_addresses: true}
        """
    }

    private static func report(_ output: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    private static func titles(_ daemon: Daemon, _ options: [String] = []) throws -> [String] {
        try daemon.siemctl(["alert", "ls", "--all", "-o", "jsonl"] + options).output.split(separator: "\n").compactMap { line in
            let finding = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (finding?["rule"] as? [String: Any])?["title"] as? String
        }
    }

    @Test func goesFromTheDoorToTheReceiverAndIsToldApart() async throws {
        let folder = try TemporaryFolder()
        let receiver = try await WebhookReceiver(secret: Self.secret, in: folder)
        defer { receiver.stop() }
        let daemon = try Daemon(extra: Self.extra(receiver.port))
        try daemon.folder.file("secret", Data((Self.secret + "\n").utf8))
        try await daemon.startAndWait()

        let result = try daemon.siemctl(["drill", "oauth-grant-exfiltration", "-o", "jsonl", "--by", "dana"])
        #expect(result.status == 0, "\(result)")
        let report = try Self.report(result.output)
        #expect(report["sent"] as? Int == 62 && report["collected"] as? Int == 62)
        #expect((report["detected"] as? [[String: Any]])?.compactMap { $0["finding"] }.count == 1)
        let notices = try #require(report["notifications"] as? [[String: Any]])
        #expect(!notices.isEmpty && notices.allSatisfy { $0["answer"] as? String == "status 204" }, "\(notices)")

        #expect(try Self.titles(daemon).isEmpty, "nothing has happened")
        #expect(try !Self.titles(daemon, ["--drills"]).isEmpty)
        #expect(try daemon.siemctl(["alert", "verdicts"]).output.split(separator: "\n").count == 1, "drills judge no rule")
        let received = try String(contentsOfFile: receiver.log, encoding: .utf8)
        #expect(received.contains("[DRILL]"))
        #expect(try daemon.siemctl(["drill", "ls"]).output.contains("passed"))
        #expect(daemon.stop() == 0)
    }

    @Test func aFailureIsAnAlert() async throws {
        let folder = try TemporaryFolder()
        // With another secret: it refuses everything.
        let receiver = try await WebhookReceiver(secret: "whsec_\(Data(repeating: 8, count: 32).base64EncodedString())", in: folder)
        defer { receiver.stop() }
        let daemon = try Daemon(extra: Self.extra(receiver.port), rules: "rules")
        try daemon.folder.file("secret", Data((Self.secret + "\n").utf8))
        try daemon.folder.file("rules/other.yml", Data(AlertLifeTests.rule.utf8))
        try daemon.folder.file(
            "drills/quick.yml",
            Data(
                """
                title: Quick
                rules: [7c0b0a52-0000-4000-8000-00000000ffff]
                budget: 1s
                steps:
                  - at: +0s
                    product: okta
                    record: {uuid: "{{ id }}", published: "{{ time }}", eventType: user.session.start, actor: {alternateId: "{{ actor }}"}}
                """.utf8))
        try await daemon.startAndWait()
        let configuration = try String(contentsOfFile: daemon.configurationPath, encoding: .utf8)
        try daemon.folder.file(
            "perimeter.yml", Data(configuration.replacing("\(Programs.repository.path)/rules/drills", with: "drills").utf8))

        let result = try daemon.siemctl(["drill", "quick"])
        #expect(result.status == 1 && result.output.contains("FAILED"), "\(result)")
        // The failure itself cannot be told either, since the receiver refuses everything: that is told as well, in the store.
        let isTold = try await eventually {
            Set(try Self.titles(daemon)) == ["A drill failed", "Notifications were given up"]
        }
        let titles = try Self.titles(daemon)
        #expect(isTold, "\(titles) \(daemon.log.suffix(2_000))")
        #expect(try daemon.siemctl(["webhook", "test", "soc"]).status == 1)
        #expect(try daemon.siemctl(["drill", "quik"]).errors.contains("did you mean \"quick\""))
    }

    @Test func withoutADaemonItSaysSo() async throws {
        let daemon = try Daemon(extra: "drills: {folder: \(Programs.repository.path)/rules/drills}")
        try await daemon.startAndWait()
        #expect(daemon.stop() == 0)
        let result = try daemon.siemctl(["drill", "mfa-disabled"])
        #expect(result.status == 1 && result.output.contains("siemd took no notice"), "\(result)")
    }

    /// Every five seconds it is looked whether one is due.
    @Test func runsOnASchedule() async throws {
        let daemon = try Daemon(
            extra: """
                drills:
                  folder: \(Programs.repository.path)/rules/drills
                  schedule:
                    - {scenario: mail-forwarding, every: 1d, source: tcp}
                """)
        try await daemon.startAndWait()
        let hasRun = try await eventually(within: .seconds(30)) { try daemon.siemctl(["drill", "ls"]).output.contains("passed") }
        let drills = try daemon.siemctl(["drill", "ls"])
        #expect(hasRun, "\(drills) \(daemon.log.suffix(2_000))")
        #expect(drills.output.contains("schedule"))
        #expect(daemon.stop() == 0)
    }
}
