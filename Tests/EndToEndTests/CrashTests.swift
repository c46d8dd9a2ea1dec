import Foundation
import Synchronization
import TestSupport
import Testing

/// `kill -9` at random moments: every event of the file exactly once, and the findings of an undisturbed run.
@Suite(.serialized)
struct CrashTests {
    static let events = 200_000
    static let kills = 24

    @Test
    func killedAndRestartedEqualsUndisturbed() async throws {
        let records = try Programs.run(
            Programs.repository.appendingPathComponent("scripts/generate-logs").path, ["--events", "\(Self.events)", "--seed", "11"])
        #expect(records.status == 0)
        let file = Data(records.output.utf8)

        let undisturbed = try Daemon()
        try file.write(to: URL(fileURLWithPath: undisturbed.eventsPath))
        try undisturbed.start()
        #expect(try await eventually(within: .seconds(300)) { try Self.isSettled(undisturbed) })
        let expected = try Self.findings(undisturbed)
        #expect(undisturbed.stop() == 0)
        #expect(!expected.isEmpty, "the generated events must raise findings, or this test shows nothing")

        let disturbed = try Daemon()
        try Data().write(to: URL(fileURLWithPath: disturbed.eventsPath))
        var random = SeededGenerator(seed: 4)
        let chatter = Chatter(daemon: disturbed)
        var written = 0
        var kills = 0
        try disturbed.start()
        let talking = Task.detached { await chatter.run() }
        while kills < Self.kills {
            // The file grows while it is read, so that every kill finds work in progress.
            let next = kills == Self.kills - 1 ? file.count : min(file.count, written + file.count / Self.kills)
            try Self.append(file[written..<next], to: disturbed.eventsPath)
            written = next
            try await Task.sleep(for: .milliseconds(Int.random(in: 60...400, using: &random)))
            disturbed.kill()
            kills += 1
            try disturbed.start()
        }
        #expect(try await eventually(within: .seconds(300)) { try Self.isSettled(disturbed) }, "\(disturbed.log.suffix(2_000))")
        chatter.stop()
        await talking.value
        #expect(chatter.accepted > 0, "TCP syslog must have come in as well")

        let ledger = try disturbed.ledger("file")
        #expect(ledger["stored"] == Self.events)
        #expect(ledger["duplicate"] ?? 0 == 0, "the cursor and the events commit together, so nothing is read twice")
        #expect(try disturbed.status()?["balanced"] as? Bool == true)
        #expect(try Self.findings(disturbed) == expected)
        let ids = try disturbed.siemctl([
            "search", "metadata.log_provider:file", "--since", "2026-11-20", "--until", "2026-11-22", "--limit", "0", "-o", "raw",
        ])
        let stored = ids.output.utf8.split(separator: UInt8(ascii: "\n"))
        #expect(stored.count == Self.events)
        let sent = file.split(separator: UInt8(ascii: "\n"))
        #expect(Set(stored.map { Data($0) }) == Set(sent.map { Data($0) }))
        #expect(disturbed.stop() == 0)
    }

    static func isSettled(_ daemon: Daemon) throws -> Bool {
        guard let status = try daemon.status() else { return false }
        return try daemon.ledger("file")["stored"] == events && status["lag_events"] as? Int == 0
    }

    /// What identifies a finding to a person: rule, group, times, count. Those of the chatter have no identity and no rule.
    static func findings(_ daemon: Daemon) throws -> Set<String> {
        let result = try daemon.siemctl(["alert", "ls", "-o", "jsonl", "--limit", "0"])
        #expect(result.status == 0)
        var findings: Set<String> = []
        for line in result.lines {
            let alert = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let rule = try #require((alert["rule"] as? [String: Any])?["id"] as? String)
            let group = try #require(alert["group"] as? [[String: String]]).map { "\($0["field"]!)=\($0["value"]!)" }
            let key = "\(alert["uid"]!) \(rule) \(group) \(alert["firstSeen"]!) \(alert["lastSeen"]!) \(alert["count"]!)"
            #expect(findings.insert(key).inserted, "a finding stands twice: \(key)")
        }
        return findings
    }

    static func append(_ bytes: Data, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: bytes)
        try file.close()
    }
}

/// A TCP syslog sender that reconnects after every break, until told to stop.
final class Chatter: Sendable {
    private let daemon: Daemon
    private let state = Mutex((isStopped: false, accepted: 0))

    init(daemon: Daemon) { self.daemon = daemon }

    var accepted: Int { state.withLock { $0.accepted } }
    func stop() { state.withLock { $0.isStopped = true } }

    func run() async {
        let message = Data(String(repeating: "<14>1 2026-11-20T08:00:00Z host app - - - nothing to see\n", count: 200).utf8)
        while !state.withLock({ $0.isStopped }) {
            if daemon.sendTCP(message) { state.withLock { $0.accepted += 200 } }
            do { try await Task.sleep(for: .milliseconds(5)) } catch { return }
        }
    }
}
