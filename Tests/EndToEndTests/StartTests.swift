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
        let log = try folder.file("log")
        let second = try ChildProcess("siemd", ["--config", folder.path("perimeter.yml")], errors: log.path)
        #expect(try second.wait(within: .seconds(30)) == .exited(3), "siemd must end when it cannot listen")
        let text = try String(contentsOf: log, encoding: .utf8)
        #expect(text.contains("cannot listen on") && text.contains("Choose a free address"), "\(text)")
        #expect(first.stop() == 0)
    }
}
