import Foundation
import TestSupport
import Testing

/// Garbage on every door: siemd stays up within bounded memory, and the ledger accounts for all of it.
@Suite(.serialized)
struct GarbageTests {
    @Test
    func survivesGarbageOnEveryDoor() async throws {
        let daemon = try Daemon()
        try Data().write(to: URL(fileURLWithPath: daemon.eventsPath))
        try daemon.start()
        #expect(try await eventually { try daemon.status() != nil })
        var random = SeededGenerator(seed: 8)

        // 1,000 connections that say nothing.
        let silent = (0..<1_000).map { _ in daemon.connectSilently() }
        defer { for descriptor in silent where descriptor >= 0 { close(descriptor) } }

        let noise: [Data] = [
            Data((0..<2_000_000).map { _ in UInt8.random(in: 0...255, using: &random) }),
            Data(repeating: UInt8(ascii: "x"), count: 10_000_000) + Data("\n".utf8),
            Data("<134>1 2026-11-20T08:00:00Z h a - - - {\"a\":\"".utf8) + Data(repeating: 0xff, count: 4_000) + Data("\"}\n".utf8),
            Data("99999999999999999999 <1>x".utf8), Data("500 <14>half a frame".utf8), Data("\0\0\0\n\r\n\n".utf8),
            Data("<999>1 - - - - - -\n<>\n<1\n{\n[\n{\"a\":\n".utf8),
            Data(String(repeating: "{\"a\":", count: 5_000).utf8) + Data("\n".utf8),
            Data((String(repeating: "[", count: 100_000) + "\n").utf8),
        ]
        for bytes in noise {
            daemon.sendTCP(bytes)
            daemon.sendUDP(bytes.prefix(60_000))
            try CrashTests.append(bytes + Data("\n".utf8), to: daemon.eventsPath)
        }
        let last = "the last line, after all the garbage"
        daemon.sendTCP(Data("<14>1 - h a - - - \(last)\n".utf8))
        try CrashTests.append(Data("\(last)\n".utf8), to: daemon.eventsPath)

        #expect(try await eventually(within: .seconds(90)) {
            try ["tcp", "file"].allSatisfy { source in
                let found = try daemon.siemctl(["search", "\"\(last)\" metadata.log_provider:\(source)", "-o", "jsonl"])
                return found.lines.count == 1
            }
        }, "\(daemon.log.suffix(2_000))")
        #expect(daemon.isRunning)
        #expect(try daemon.status()?["balanced"] as? Bool == true)
        for source in ["tcp", "udp", "file"] {
            let ledger = try daemon.ledger(source)
            let received = try #require(ledger["received"])
            let accounted = ledger.filter { $0.key != "received" && $0.key != "events" }.values.reduce(0, +)
            #expect(received == accounted, "\(source): \(ledger)")
            #expect(ledger["quarantined"] ?? 0 > 0, "\(source): \(ledger)")
        }
        #expect(daemon.residentMegabytes < 600, "\(daemon.residentMegabytes) MB")
        #expect(daemon.stop() == 0)
    }
}
