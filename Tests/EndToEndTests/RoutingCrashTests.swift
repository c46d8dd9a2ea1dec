import Foundation
import TestSupport
import Testing

/// A daemon that is killed at any moment while findings wait in their groups, are told and are closed: every finding is there once,
/// its beginning and its end are told once each, and nothing is told under two ids.
@Suite(.serialized) struct RoutingCrashTests {
    private static let secret = "whsec_\(Data(repeating: 9, count: 32).base64EncodedString())"
    private static let users = 24

    private static func record(_ number: Int) -> String {
        """
        {"uuid":"00000000-0000-4000-8000-\(String(format: "%012d", number))",\
        "published":"2026-11-20T08:00:00.\(String(format: "%03d", number))Z",\
        "eventType":"user.session.start","outcome":{"result":"FAILURE"},"actor":{"id":"00uuser\(number)","type":"User",\
        "alternateId":"user\(number)@example.com","displayName":"X"},"severity":"WARN","displayMessage":"x","version":"0"}\n
        """
    }

    /// A notification as the receiver had it: `user activity` for each finding in it.
    private struct Told {
        var id: String
        var stories: [String]
    }

    private static func told(_ receiver: WebhookReceiver) throws -> [Told] {
        try receiver.deliveries().map { delivery in
            #expect(delivery["valid"] as? Bool == true)
            let body = try #require(delivery["body"])
            return Told(id: try #require(delivery["id"] as? String), stories: try stories(body))
        }
    }

    private static func stories(_ body: Any) throws -> [String] {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        let status = text.contains("\"Resolved\"") ? "closed" : "new"
        let names = Set(text.matches(of: /user\d+@example\.com/).map { String($0.output) })
        return names.sorted().map { "\($0) \(status)" }
    }

    @Test func nothingIsLostOrToldTwice() async throws {
        let folder = try TemporaryFolder()
        let receiver = try await WebhookReceiver(secret: Self.secret, in: folder)
        defer { receiver.stop() }
        let daemon = try Daemon(
            extra: """
                retry_schedule: [0s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s]
                webhooks:
                  - {name: soc, url: "http://127.0.0.1:\(receiver.port)/hook", secret: env:TEST_SECRET, allow_private_addresses: true}
                routing:
                  route: {receiver: soc, group_by: [identity], group_wait: 300ms, group_interval: 500ms, repeat_interval: 1d}
                """, rules: "rules")
        try daemon.folder.file("rules/failed.yml", Data(AlertLifeTests.rule.utf8))
        let environment = ["TEST_SECRET": Self.secret]
        try daemon.start(environment: environment)
        #expect(try await eventually { try daemon.status()?["running"] as? Bool == true }, "\(daemon.log.suffix(2_000))")

        var generator = SeededGenerator(seed: 20_261_130)
        try Data().write(to: URL(fileURLWithPath: daemon.eventsPath))
        let events = try FileHandle(forWritingTo: URL(fileURLWithPath: daemon.eventsPath))
        for number in 1...Self.users {
            try events.write(contentsOf: Data(Self.record(number).utf8))
            if number % 2 == 0 {
                // From before the event is read to after its notification was delivered.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...900, using: &generator)))
                daemon.kill()
                try daemon.start(environment: environment)
            }
        }
        #expect(try await eventually { Set(try Self.told(receiver).flatMap(\.stories)).count == Self.users }, "\(daemon.log.suffix(2_000))")
        // Each is closed, and the daemon killed at any moment of that.
        let uids = try daemon.siemctl(["alert", "ls", "--limit", "0", "-o", "jsonl"]).output.split(separator: "\n").compactMap {
            (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["uid"] as? String
        }
        #expect(Set(uids).count == Self.users)
        for (number, uid) in uids.enumerated() {
            #expect(try daemon.siemctl(["alert", "close", uid, "--verdict", "benign"]).status == 0)
            if number % 4 == 0 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...900, using: &generator)))
                daemon.kill()
                try daemon.start(environment: environment)
            }
        }
        let isAllTold = try await eventually { Set(try Self.told(receiver).flatMap(\.stories)).count == 2 * Self.users }
        #expect(isAllTold, "\(daemon.log.suffix(2_000))")
        #expect(daemon.stop() == 0)

        var ids: [String: Set<String>] = [:]
        for delivery in try Self.told(receiver) { for story in delivery.stories { ids[story, default: []].insert(delivery.id) } }
        #expect(ids.count == 2 * Self.users)
        #expect(ids.filter { $0.value.count != 1 }.isEmpty, "told under two ids: \(ids.filter { $0.value.count != 1 })")
    }
}
