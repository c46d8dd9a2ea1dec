import Foundation
import TestSupport
import Testing

/// What expires: first shown, then removed by the daemon.
@Suite(.serialized)
struct RetentionTests {
    /// Okta's records of so many days ago.
    private static func records(_ type: String, days: Int, count: Int) -> Data {
        let published = Date(timeIntervalSinceNow: -Double(days) * 86_400).formatted(.iso8601)
        let actor = #""actor":{"id":"1","type":"User","alternateId":"dana@example.com"},"displayMessage":"x""#
        return Data((0..<count).map { number in
            #"{"eventType":"\#(type)","published":"\#(published)","uuid":"\#(type)-\#(days)-\#(number)",\#(actor)}"# + "\n"
        }.joined().utf8)
    }

    private static func append(_ data: Data, to daemon: Daemon, stored: Int) async throws {
        if !FileManager.default.fileExists(atPath: daemon.eventsPath) { try Data().write(to: URL(fileURLWithPath: daemon.eventsPath)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: daemon.eventsPath))
        try file.seekToEnd()
        try file.write(contentsOf: data)
        try file.close()
        #expect(try await eventually { try daemon.ledger("file")["stored"] == stored })
    }

    private static func plan(_ daemon: Daemon, _ arguments: [String] = []) throws -> [String: Any] {
        let result = try daemon.siemctl(["store", "retention", "-o", "json"] + arguments)
        #expect(result.status == 0, "\(result)")
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    @Test func isShownAndThenDone() async throws {
        let limits = "retention:\n  classifications:\n    sign_ins: {classes: authentication, products: okta, age: 30d}"
        let daemon = try Daemon(extra: limits)
        let start = ContinuousClock.now
        try await daemon.startAndWait()
        // Each a block of its own: one whose events have all expired goes at once.
        try await Self.append(Self.records("user.session.start", days: 40, count: 3), to: daemon, stored: 3)
        try await Self.append(Self.records("user.session.start", days: 0, count: 2), to: daemon, stored: 5)
        try await Self.append(Self.records("user.account.update_profile", days: 40, count: 1), to: daemon, stored: 6)
        let early = try Self.plan(daemon)
        // Correlation may need it again after a crash, until it is in a snapshot: a minute after the start, if it took so long.
        if ContinuousClock.now - start < .seconds(60) { #expect(early["expired_events"] as? Int == 0, "\(early)") }
        #expect(daemon.stop() == 0)

        let plan = try Self.plan(daemon)
        #expect(plan["expired_events"] as? Int == 3 && plan["kept_events"] as? Int == 3, "\(plan)")
        let file = try #require((plan["files"] as? [[String: Any]])?.first)
        #expect(file["file"] as? String == "siem.db" && file["action"] as? String == "thinned", "\(file)")
        let share = try #require((file["expired"] as? [[String: Any]])?.first)
        #expect(share["product"] as? String == "okta" && share["limit"] as? String == "classifications.sign_ins.age")
        #expect(try Self.plan(daemon, ["--age", "30d"])["expired_events"] as? Int == 4)
        #expect(try Self.plan(daemon, ["--for", "sign_ins", "--age", "50d"])["expired_events"] as? Int == 0)
        let table = try daemon.siemctl(["store", "retention"])
        #expect(table.status == 0 && table.output.contains("3 events"), "\(table)")
        #expect(try daemon.siemctl(["search", "*", "-S", "60d", "-o", "raw"]).lines.count == 6, "nothing was removed")

        try await daemon.startAndWait()
        #expect(try await eventually {
            let expiry = (try daemon.status()?["daemon"] as? [String: Any])?["expiry"] as? [String: Any]
            return expiry?["events"] as? Int == 3
        })
        #expect(daemon.log.contains("events have expired"), "\(daemon.log)")
        #expect(try daemon.siemctl(["search", "*", "-S", "60d", "-o", "raw"]).lines.count == 3)
        #expect(try Self.plan(daemon)["expired_events"] as? Int == 0)
        #expect(try daemon.siemctl(["status"]).output.contains("3 events have expired"))
        #expect(daemon.stop() == 0)
    }
}
