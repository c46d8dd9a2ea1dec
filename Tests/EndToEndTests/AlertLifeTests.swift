import Foundation
import TestSupport
import Testing

/// A finding from its raising to its closing, as a person and a receiver see it.
@Suite struct AlertLifeTests {
    static let rule = """
        title: Failed sign-in
        id: 7c0b0a52-0000-4000-8000-000000000001
        level: high
        logsource: {product: okta}
        detection: {s: {eventType: user.session.start, outcome.result: FAILURE}, condition: s}
        """

    private static func record(_ number: Int, _ user: String) -> String {
        """
        {"uuid":"00000000-0000-4000-8000-\(String(format: "%012d", number))","published":"2026-11-20T08:00:0\(number).000Z",\
        "eventType":"user.session.start","outcome":{"result":"FAILURE"},"actor":{"id":"00u\(user)","type":"User",\
        "alternateId":"\(user)@example.com","displayName":"X"},"severity":"WARN","displayMessage":"x","version":"0"}\n
        """
    }

    private static func uids(_ daemon: Daemon, _ options: [String] = []) throws -> [String] {
        try daemon.siemctl(["alert", "ls", "-o", "jsonl"] + options).output.split(separator: "\n").compactMap { line in
            (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["uid"] as? String
        }
    }

    /// Nobody listens at the webhook's port: what is owed stays.
    @Test func isWorkedOnAndClosedWhileSiemdRuns() async throws {
        let daemon = try Daemon(
            extra: """
                webhooks:
                  - {name: chat, format: slack, url: "http://127.0.0.1:9/x", allow_private_addresses: true}
                """, rules: "rules")
        try daemon.folder.file("rules/failed.yml", Data(Self.rule.utf8))
        try await daemon.startAndWait()

        let reason = "--reason=a test of the doors"
        let silence = try daemon.siemctl(["silence", "add", #"level="critical""#, "--for", "1h", reason, "--by", "dana"])
        #expect(silence.status == 0, "\(silence)")
        #expect(try daemon.siemctl(["silence", "ls"]).output.contains("active"))
        #expect(try daemon.siemctl(["silence", "add", #"level=~".*""#, "--for", "1h", reason]).status == 2)

        #expect(daemon.sendTCP(Data(Self.record(1, "kim").utf8)))
        #expect(try await eventually { try Self.uids(daemon).count == 1 }, "\(daemon.log.suffix(2_000))")
        let uid = try #require(try Self.uids(daemon).first)
        #expect(try await eventually { try daemon.siemctl(["webhook", "log"]).output.contains("chat") })

        for command in [["ack"], ["assign", "--to", "omar"], ["note", "asked her"]] {
            let result = try daemon.siemctl(["alert", command[0], uid] + command.dropFirst() + ["--by", "dana"])
            #expect(result.status == 0, "\(result)")
        }
        let again = try daemon.siemctl(["alert", "ack", uid])
        #expect(again.status == 2 && again.errors.contains("acknowledged already"), "\(again)")
        let closed = try daemon.siemctl(["alert", "close", uid, "--verdict", "false-positive", "--reason", "her new phone"])
        #expect(closed.status == 0, "\(closed)")
        #expect(try Self.uids(daemon).isEmpty)
        #expect(try Self.uids(daemon, ["--verdict", "false-positive"]) == [uid])
        let story = try daemon.siemctl(["alert", "show", uid]).output
        for text in ["closed, false positive (omar)", "dana  acknowledged it", "asked her", "her new phone"] {
            #expect(story.contains(text), "\(story)")
        }
        #expect(try daemon.siemctl(["alert", "verdicts"]).output.contains("100 %"))
        #expect(try daemon.siemctl(["alert", "events", uid]).output.contains("kim@example.com"))
        #expect(daemon.stop() == 0)
    }
}
