import Foundation
import TestSupport
import Testing

/// What siemd does when it cannot start: it says why, and ends.
@Suite(.serialized)
struct StartTests {
    @Test
    func anAddressInUseEndsTheDaemonWithTheReason() async throws {
        let first = try Daemon()
        try first.start()
        #expect(try await eventually { try first.status()?["running"] as? Bool == true })
        // The same ports, another store.
        let folder = try TemporaryFolder()
        let configuration = try String(contentsOfFile: first.configurationPath, encoding: .utf8)
        try folder.file("perimeter.yml", Data(configuration.utf8))
        let second = Process()
        second.executableURL = URL(fileURLWithPath: Programs.path("siemd"))
        second.arguments = ["--config", folder.path("perimeter.yml")]
        let log = try folder.file("log")
        second.standardError = try FileHandle(forWritingTo: log)
        try second.run()
        defer { if second.isRunning { Foundation.kill(second.processIdentifier, SIGKILL) } }
        #expect(try await eventually(within: .seconds(30)) { !second.isRunning }, "siemd must end when it cannot listen")
        try #require(!second.isRunning)
        #expect(second.terminationStatus == 3)
        let text = try String(contentsOf: log, encoding: .utf8)
        #expect(text.contains("cannot listen on") && text.contains("Choose a free address"), "\(text)")
        #expect(first.stop() == 0)
    }
}
