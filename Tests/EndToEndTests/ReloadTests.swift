import Foundation
import TestSupport
import Testing

/// Rules that change while siemd runs.
@Suite("Reloading rules") struct ReloadTests {
    private static func burst(_ threshold: Int) -> String {
        """
        title: Failed sign-in
        name: failed
        logsource: {product: okta}
        detection: {s: {eventType: user.session.start, outcome.result: FAILURE}, condition: s}
        ---
        title: Burst
        correlation:
          {type: event_count, rules: [failed], group-by: [actor.alternateId], timespan: 1h, condition: {gte: \(threshold)}}
        """
    }

    private static let logout = """
        title: Signed out
        logsource: {product: okta}
        detection: {s: {eventType: user.session.end}, condition: s}
        """

    private static func record(_ number: Int, _ type: String, _ result: String) -> String {
        """
        {"uuid":"00000000-0000-4000-8000-\(String(format: "%012d", number))","published":"2026-11-20T08:00:\(number).000Z",\
        "eventType":"\(type)","outcome":{"result":"\(result)"},"actor":{"id":"00u1","type":"User",\
        "alternateId":"kim@example.com","displayName":"Kim"},"severity":"WARN","displayMessage":"x","version":"0"}\n
        """
    }

    /// The daemon's findings, by title.
    private static func findings(_ daemon: Daemon) throws -> [String] {
        try daemon.siemctl(["alert", "ls", "-o", "jsonl"]).output.split(separator: "\n").compactMap { line in
            let finding = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (finding?["rule"] as? [String: Any])?["title"] as? String
        }.sorted()
    }

    private static func send(_ records: [String], to daemon: Daemon, received: Int) async throws {
        #expect(daemon.sendTCP(Data(records.joined().utf8)))
        let isCorrelated = try await eventually {
            try daemon.ledger("tcp")["received"] == received && (try daemon.status()?["lag_events"] as? Int) == 0
        }
        #expect(isCorrelated, "\(daemon.log.suffix(2_000))")
    }

    @Test func windowsOfUnchangedRulesGoOnAndABrokenSetIsRefused() async throws {
        let daemon = try Daemon(rules: "rules")
        try daemon.folder.file("rules/burst.yml", Data(Self.burst(5).utf8))
        try await daemon.startAndWait()

        // Three of the five that make a burst come before the reload, two after it.
        try await Self.send((10..<13).map { Self.record($0, "user.session.start", "FAILURE") }, to: daemon, received: 3)
        try daemon.folder.file("rules/logout.yml", Data(Self.logout.utf8))
        let accepted = try daemon.siemctl(["rule", "reload"])
        #expect(accepted.status == 0, "\(accepted)")
        #expect(accepted.output.contains("2 rules raise findings"), "\(accepted)")
        try await Self.send(
            (13..<15).map { Self.record($0, "user.session.start", "FAILURE") } + [Self.record(20, "user.session.end", "SUCCESS")],
            to: daemon, received: 6)
        #expect(try await eventually { try Self.findings(daemon) == ["Burst", "Signed out"] }, "\(daemon.log.suffix(2_000))")

        // One broken file, and nothing changes: the rule in the sound file beside it does not come into force either.
        let broken = "title: broken\nlogsource: {product: okta}\ndetection: {condition: s}\n"
        try daemon.folder.file("rules/broken.yml", Data(broken.utf8))
        try daemon.folder.file("rules/logout.yml", Data(Self.logout.replacing("Signed out", with: "Renamed").utf8))
        let refused = try daemon.siemctl(["rule", "reload"])
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("broken.yml:3"), "\(refused)")
        #expect(refused.errors.contains("those in force stay"), "\(refused)")
        #expect(try daemon.siemctl(["status"]).output.contains("were refused"))
        #expect(daemon.log.contains("broken.yml"))

        // A crash and a start with the sound files: nothing is raised a second time.
        daemon.kill()
        try FileManager.default.removeItem(atPath: daemon.folder.path("rules/broken.yml"))
        try daemon.folder.file("rules/logout.yml", Data(Self.logout.utf8))
        try await daemon.startAndWait()
        #expect(try Self.findings(daemon) == ["Burst", "Signed out"])
        #expect(daemon.stop() == 0)
    }

    @Test func withoutADaemonItSaysSo() throws {
        let daemon = try Daemon()
        let result = try daemon.siemctl(["rule", "reload"])
        #expect(result.status == 3, "\(result)")
    }
}
