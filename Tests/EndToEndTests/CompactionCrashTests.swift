import Foundation
import Storage
import TestSupport
import Testing

/// `kill -9` while siemd compacts and expires: what should stay is there once, what expires is there once at most, and no block is
/// damaged.
@Suite(.serialized)
struct CompactionCrashTests {
    private static let events = 120_000
    private static let kills = 12
    /// Events that stay hot, since they fill no block.
    private static let hot = 16_384

    /// The events of one product have all expired, in every block.
    private static let retention = """
        retention:
          products:
            github: {age: 1d}
        """

    @Test
    func killedWhileItCompactsAndExpires() async throws {
        let records = try Programs.run(
            Programs.repository.appendingPathComponent("scripts/generate-logs").path, ["--events", "\(Self.events)", "--seed", "13"])
        #expect(records.status == 0)
        let daemon = try Daemon()
        try Data(records.output.utf8).write(to: URL(fileURLWithPath: daemon.eventsPath))
        try daemon.start()
        #expect(try await eventually(within: .seconds(300)) { try Self.isSettled(daemon) }, "\(daemon.log.suffix(2_000))")
        // It leaves a snapshot, up to which blocks may be compacted.
        #expect(daemon.stop() == 0)

        let (expiring, staying) = Self.sorted(records.lines)
        #expect(expiring.count > 1_000 && staying.count > 1_000)
        let configuration = try String(contentsOfFile: daemon.configurationPath, encoding: .utf8)
        try daemon.folder.file("perimeter.yml", Data("\(configuration)\n\(Self.retention)\n".utf8))
        var random = SeededGenerator(seed: 5)
        for kill in 1...Self.kills {
            try daemon.start()
            try await Task.sleep(for: .milliseconds(Int.random(in: 150...1_500, using: &random)))
            daemon.kill()
            let verification = try daemon.siemctl(["store", "verify"])
            #expect(verification.status == 0, "after kill \(kill): \(verification)")
            if kill % 4 == 0 { try Self.check(daemon, expiring: expiring, staying: staying) }
        }
        #expect(try Self.events("cold_blocks", daemon) > 0, "the kills were meant to fall into compaction")

        // Left alone, it gets done: compacts what fills blocks; started again, expires what is in them.
        try await daemon.startAndWait()
        #expect(
            try await eventually(within: .seconds(120)) { try Self.events("blocks", daemon) < Self.hot },
            "\(daemon.log.suffix(2_000))")
        #expect(daemon.stop() == 0)
        try await daemon.startAndWait()
        #expect(
            try await eventually(within: .seconds(60)) { try Self.found(daemon).expiring.count < Self.hot },
            "\(daemon.log.suffix(2_000))")
        #expect(daemon.stop() == 0)
        try Self.check(daemon, expiring: expiring, staying: staying)
        #expect(try daemon.siemctl(["store", "verify"]).status == 0)
        #expect(try daemon.siemctl(["store", "repair"]).status == 0)
    }

    private static func isSettled(_ daemon: Daemon) throws -> Bool {
        guard let status = try daemon.status() else { return false }
        return try daemon.ledger("file")["stored"] == events && status["lag_events"] as? Int == 0
    }

    /// How many events a table's blocks have.
    private static func events(_ table: String, _ daemon: Daemon) throws -> Int {
        let files = StoreFiles(directory: daemon.folder.path("data"))
        return Int(try Connection(path: files.database, access: .readOnly).integer("SELECT sum(count) FROM \(table)") ?? 0)
    }

    /// Those of GitHub, and the others.
    private static func sorted(_ lines: [String]) -> (expiring: Set<String>, staying: Set<String>) {
        let isExpiring = { (line: String) in line.contains("\"_document_id\":") }
        return (Set(lines.filter(isExpiring)), Set(lines.filter { !isExpiring($0) }))
    }

    /// The records that the store has; each is there once.
    private static func found(_ daemon: Daemon) throws -> (expiring: Set<String>, staying: Set<String>) {
        let result = try daemon.siemctl(["search", "*", "-S", "2026-11-20", "-U", "2026-11-22", "-n", "0", "-o", "raw"])
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.lines
        let (expiring, staying) = sorted(lines)
        #expect(expiring.count + staying.count == lines.count, "records are there twice")
        return (expiring, staying)
    }

    private static func check(_ daemon: Daemon, expiring: Set<String>, staying: Set<String>) throws {
        let there = try found(daemon)
        #expect(there.staying == staying, "\(there.staying.count) of \(staying.count)")
        #expect(there.expiring.isSubset(of: expiring))
    }
}
