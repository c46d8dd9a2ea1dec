import Foundation
import TestSupport
import Testing

/// Findings of one identity that add up, as a person sees it who uses `siemctl`, with the daemon killed in between.
@Suite struct EntityRiskTests {
    /// Each event type is found by a rule of its own.
    private static let types = ["user.session.start", "user.mfa.factor.deactivate", "user.account.reset_password"]

    private static func rule(_ number: Int) -> String {
        """
        title: Rule \(number)
        id: 7c0b0a52-0000-4000-8000-00000000010\(number)
        status: stable
        level: high
        logsource: {product: okta}
        detection: {s: {eventType: \(types[number])}, condition: s}
        """
    }

    /// Minutes one after the other, a little ago: points are worth less with time.
    private static let start = Date().addingTimeInterval(-600)

    private static func record(_ number: Int, _ user: String) -> Data {
        let time = start.addingTimeInterval(Double(number) * 60).ISO8601Format()
        return Data("""
            {"uuid":"\(user)-\(number)","published":"\(time)",\
            "eventType":"\(types[number])","outcome":{"result":"SUCCESS"},"actor":{"id":"00u\(user)","type":"User",\
            "alternateId":"\(user)@example.com","displayName":"X"},"severity":"WARN","displayMessage":"x","version":"0"}\n
            """.utf8)
    }

    private static func findings(_ daemon: Daemon, risk: Bool) throws -> [[String: Any]] {
        try daemon.siemctl(["alert", "ls", "--all", "-o", "jsonl"]).output.split(separator: "\n").compactMap { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }.filter { ($0["kind"] as? String == "risk") == risk }
    }

    private static func score(_ daemon: Daemon, _ user: String) throws -> (score: Double, findings: Int)? {
        let text = try daemon.siemctl(["entity", "ls", "--field", "identity", "-o", "json"]).output
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        guard let entity = list?.first(where: { $0["value"] as? String == "\(user)@example.com" }),
            let score = entity["score"] as? Double, let count = entity["findings"] as? Int
        else { return nil }
        return (score, count)
    }

    @Test func addsUpOverKillsAndGoesDownWithAVerdict() async throws {
        let daemon = try Daemon(
            extra: """
                risk: {threshold: 90}
                health_rules: \(Programs.repository.path)/rules/health
                """, rules: "rules")
        for number in Self.types.indices { try daemon.folder.file("rules/\(number).yml", Data(Self.rule(number).utf8)) }
        try await daemon.startAndWait()
        #expect(try daemon.siemctl(["entity", "ls"]).errors.contains("no finding has added"))

        #expect(daemon.sendTCP(Self.record(0, "kim") + Self.record(1, "kim") + Self.record(0, "lee")))
        let isRaised = try await eventually { try Self.findings(daemon, risk: true).count == 1 }
        #expect(isRaised, "\(daemon.log.suffix(2_000))")
        let raised = try #require(try Self.findings(daemon, risk: true).first)
        #expect(raised["count"] as? Int == 2)
        let uid = try #require(raised["uid"] as? String)
        let story = try daemon.siemctl(["alert", "show", uid]).output
        #expect(story.contains("2 findings") && story.contains("siemctl entity show kim@example.com"), "\(story)")

        daemon.kill()
        try await daemon.startAndWait()
        #expect(daemon.sendTCP(Self.record(2, "kim")))
        let isExtended = try await eventually { try Self.findings(daemon, risk: true).first?["count"] as? Int == 3 }
        #expect(isExtended, "\(daemon.log.suffix(2_000))")
        daemon.kill()
        try await daemon.startAndWait()
        #expect(daemon.sendTCP(Self.record(1, "lee")))
        #expect(try await eventually { try Self.findings(daemon, risk: true).count == 2 }, "lee's as well")
        let kim = try #require(try Self.score(daemon, "kim"))
        #expect(kim.findings == 3 && (149...150).contains(kim.score), "\(kim)")
        let titles = try Self.findings(daemon, risk: false).compactMap { ($0["rule"] as? [String: Any])?["title"] as? String }
        #expect(titles.sorted() == ["Rule 0", "Rule 0", "Rule 1", "Rule 1", "Rule 2"])
        #expect(Set(try Self.findings(daemon, risk: true).compactMap { $0["uid"] as? String }).contains(uid))

        let shown = try daemon.siemctl(["entity", "show", "kim@example.com"])
        for text in ["identity, 3 findings", "Rule 0", "Rule 1", "Rule 2", "What it raised", "stands", String(uid.prefix(12))] {
            #expect(shown.output.contains(text), "\(shown)")
        }
        let wrong = try daemon.siemctl(["entity", "show", "kmi@example.com"])
        #expect(wrong.status == 2 && wrong.errors.contains("did you mean \"kim@example.com\"?"), "\(wrong)")
        let field = try daemon.siemctl(["entity", "ls", "--field", "identiy"])
        #expect(field.status == 2 && field.errors.contains("did you mean \"identity\"?"), "\(field)")

        let first = try Self.findings(daemon, risk: false).first { finding in
            let group = finding["group"] as? [[String: String]]
            return group?.contains { $0["value"] == "kim@example.com" } ?? false
        }
        let closed = try daemon.siemctl(["alert", "close", try #require(first?["uid"] as? String), "--verdict", "false-positive"])
        #expect(closed.status == 0, "\(closed)")
        #expect(try await eventually { try Self.score(daemon, "kim")?.findings == 2 }, "\(daemon.log.suffix(2_000))")
        #expect(try Self.score(daemon, "kim").map { (99...100).contains($0.score) } == true)
        daemon.kill()
        try await daemon.startAndWait()
        #expect(try Self.score(daemon, "kim")?.findings == 2)
        #expect(daemon.stop() == 0)
    }
}
