import Foundation
import TestSupport
import Testing

/// `siemd` tails a pattern while logrotate renames, truncates and compresses its files, and is killed while it does so: every event
/// exactly once.
@Suite(.serialized)
struct FileRotationTests {
    private static let logrotate = ["/usr/sbin/logrotate", "/usr/bin/logrotate"].first { FileManager.default.isExecutableFile(atPath: $0) }
    private static let events = 12_000
    private static let rounds = 10

    @Test(.enabled(if: logrotate != nil, "scripts/test installs logrotate"))
    func killedDuringRotations() async throws {
        let records = try Programs.run(
            Programs.repository.appendingPathComponent("scripts/generate-logs").path, ["--events", "\(Self.events)", "--seed", "12"])
        #expect(records.status == 0)
        let lines = Data(records.output.utf8).split(separator: UInt8(ascii: "\n"))
        let daemon = try Daemon()
        let folder = daemon.folder
        let repository = Programs.repository.path
        // Rotated files of the first pattern match themselves, those of the second do not.
        try folder.file("perimeter.yml", Data("""
            data: data
            rules: \(repository)/rules/detections
            mappings: \(repository)/rules/mappings
            sources:
              - {name: app, type: file, path: ["logs/renamed.jsonl*", "logs/{copied,packed}.jsonl"], poll_interval: 20ms}
            """.utf8))
        let names = ["renamed", "copied", "packed"]
        for name in names { try folder.file("logs/\(name).jsonl") }
        let state = folder.path("rotate.state")
        let rotation = try folder.file("rotate.conf", Data("""
            rotate 100
            "\(folder.path("logs/renamed.jsonl"))" {
              create
              compress
              delaycompress
            }
            "\(folder.path("logs/copied.jsonl"))" {
              copytruncate
            }
            "\(folder.path("logs/packed.jsonl"))" {
              create
              compress
              compresscmd /usr/bin/zstd
              compressoptions -q
              compressext .zst
            }

            """.utf8))

        var random = SeededGenerator(seed: 7)
        var written = 0
        try daemon.start()
        for round in 1...Self.rounds {
            let end = lines.count * round / Self.rounds
            for (index, name) in names.enumerated() {
                let part = lines[written..<end].enumerated().filter { $0.offset % 3 == index }.map(\.element)
                let text = Data(part.joined(separator: [UInt8(ascii: "\n")]) + [UInt8(ascii: "\n")])
                try CrashTests.append(text, to: folder.path("logs/\(name).jsonl"))
            }
            written = end
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...150, using: &random)))
            if round == 1 {
                // A first start reads what matches, not what was rotated before: it must have seen the first of each.
                #expect(try await eventually { try daemon.ledger("app")["stored"] == written }, "\(daemon.log.suffix(2_000))")
            }
            let rotating = try ChildProcess(try #require(Self.logrotate), ["-f", "-s", state, rotation.path])
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...30, using: &random)))
            daemon.kill()
            #expect(try rotating.wait() == .exited(0))
            try daemon.start()
        }
        #expect(
            try await eventually(within: .seconds(120)) { try daemon.ledger("app")["stored"] ?? 0 >= Self.events },
            "\(daemon.log.suffix(2_000))")
        let ledger = try daemon.ledger("app")
        #expect(ledger["stored"] == Self.events)
        #expect(ledger["received"] == Self.events, "\(ledger)\n\(daemon.log)")
        #expect(ledger["dropped"] ?? 0 == 0)
        #expect(try daemon.status()?["balanced"] as? Bool == true)
        let found = try daemon.siemctl([
            "search", "metadata.log_provider:app", "--since", "2026-11-20", "--until", "2026-11-22", "--limit", "0", "-o", "raw",
        ])
        let stored = found.output.utf8.split(separator: UInt8(ascii: "\n"))
        #expect(stored.count == Self.events)
        #expect(Set(stored.map { Data($0) }) == Set(lines.map { Data($0) }))
        // All may have been stored before the last start, which may not be over yet.
        #expect(try await eventually { try daemon.status()?["running"] as? Bool == true })
        #expect(daemon.stop() == 0)
    }
}
