import Foundation
import TestSupport
import Testing

/// Names of accounts are learned, survive `kill -9`, are found by searches, shown and forgotten.
@Suite(.serialized)
struct IdentityTests {
    private static func record(_ user: String, _ email: String?, minute: Int) -> String {
        let address = email.map { #","email":"\#($0)""# } ?? ""
        return #"{"id":"e\#(user)-\#(minute)","date_create":\#(1_795_161_600 + minute * 60),"action":"file_shared","#
            + #""actor":{"type":"user","user":{"id":"\#(user)","name":"n"\#(address)}},"#
            + #""entity":{"type":"file","file":{"id":"F1","name":"f"}},"#
            + #""context":{"location":{"type":"workspace","id":"T1"},"ip_address":"203.0.113.9"}}"#
    }

    private final class Log {
        let daemon: Daemon
        private(set) var count = 0

        init(_ daemon: Daemon) throws {
            self.daemon = daemon
            try Data().write(to: URL(fileURLWithPath: daemon.eventsPath))
        }

        func append(_ records: [(user: String, email: String?)], after minutes: Int = 0) async throws {
            let first = minutes + count
            let lines = records.enumerated().map { IdentityTests.record($1.user, $1.email, minute: first + $0) + "\n" }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: daemon.eventsPath))
            try file.seekToEnd()
            try file.write(contentsOf: Data(lines.joined().utf8))
            try file.close()
            count += records.count
            let (written, daemon) = (count, daemon)
            #expect(try await eventually { try daemon.ledger("file")["stored"] == written }, "\(daemon.log.suffix(2_000))")
        }
    }

    private static func found(_ daemon: Daemon, _ query: String) throws -> [String] {
        let result = try daemon.siemctl(
            ["search", query + " | fields actor.user.uid, identity", "-S", "2026-11-20", "-U", "2026-11-21", "-o", "csv"])
        #expect(result.status == 0, "\(result)")
        return result.lines.dropFirst().sorted()
    }

    @Test func learnedNamesSurviveAndAreFound() async throws {
        let daemon = try Daemon(
            extra: """
                identity: {domain_aliases: {example.co.uk: example.com}}
                identities:
                  - {name: ana@example.com, aliases: [a.silva@example.com]}
                """)
        let log = try Log(daemon)
        try await daemon.startAndWait()
        try await log.append([("U1", nil), ("U2", nil), ("U1", "A.Silva+slack@example.co.uk"), ("U1", nil)])
        daemon.kill()
        try await daemon.startAndWait()
        try await log.append([("U1", nil), ("U3", nil)])

        let own = ["U1,ana@example.com", "U1,ana@example.com", "U1,ana@example.com"]
        #expect(try Self.found(daemon, "identity:ana@example.com") == own + ["U1,slack:u1"])
        #expect(try Self.found(daemon, "identity:Ana+x@example.co.uk") == own + ["U1,slack:u1"])
        #expect(try Self.found(daemon, "identity:slack:U1") == own + ["U1,slack:u1"])
        #expect(try Self.found(daemon, "identity==ana@example.com") == own)
        #expect(try Self.found(daemon, "* | where identity=ana@example.com") == own + ["U1,slack:u1"])
        #expect(try Self.found(daemon, "NOT identity:ana@example.com") == ["U2,slack:u2", "U3,slack:u3"])

        let shown = try daemon.siemctl(["identity", "show", "ana@example.com"])
        #expect(shown.status == 0)
        for part in ["configured as ana@example.com", "slack:u1", "a.silva@example.com", "3 of file", "2026-11-20 08:02"] {
            #expect(shown.output.contains(part), "\(part): \(shown)")
        }
        let listed = try daemon.siemctl(["identity", "list"])
        #expect(listed.lines.count == 2 && listed.output.contains("ana@example.com"), "\(listed)")

        // Another address for the same id: it counts from then on, and people are told.
        try await log.append([("U1", "eva@example.com"), ("U1", nil)], after: 120)
        #expect(try Self.found(daemon, "identity==eva@example.com") == ["U1,eva@example.com", "U1,eva@example.com"])
        #expect(daemon.log.contains("belongs to another address now"))
        #expect(try daemon.siemctl(["identity", "list", "--conflicts"]).output.contains("a.silva@example.com"))

        #expect(try daemon.siemctl(["identity", "forget", "slack:U1"]).output.contains("forgotten"))
        try await log.append([("U1", nil)], after: 120)
        #expect(try Self.found(daemon, "identity==slack:u1") == ["U1,slack:u1", "U1,slack:u1"])
        #expect(try daemon.siemctl(["identity", "show", "slack:U1"]).status == 1)
        #expect(daemon.stop() == 0)
        #expect(try daemon.siemctl(["identity", "forget", "eva@example.com"]).output.contains("0 names"))
    }

    /// Kills at random moments while it learns: what is stored has taught.
    @Test func nothingLearnedIsLost() async throws {
        let daemon = try Daemon()
        try Data().write(to: URL(fileURLWithPath: daemon.eventsPath))
        var random = SeededGenerator(seed: 3)
        try daemon.start()
        for round in 0..<6 {
            let lines = (0..<2_000).map { number in
                let user = round * 2_000 + number
                return Self.record("W\(user)", "user\(user)@example.com", minute: user % 1_000) + "\n"
            }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: daemon.eventsPath))
            try file.seekToEnd()
            try file.write(contentsOf: Data(lines.joined().utf8))
            try file.close()
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...250, using: &random)))
            daemon.kill()
            try daemon.start()
        }
        #expect(try await eventually(within: .seconds(60)) { try daemon.ledger("file")["stored"] == 12_000 })
        let listed = try daemon.siemctl(["identity", "list", "--limit", "0"])
        #expect(listed.lines.count == 12_001)
        // All may have been stored before the last start, which may not be over yet.
        #expect(try await eventually { try daemon.status()?["running"] as? Bool == true })
        #expect(daemon.stop() == 0)
    }
}
