import Foundation
import TestSupport
import Testing

/// A receiver of webhooks on loopback that checks signatures and keeps what it is sent.
struct WebhookReceiver {
    let port: Int
    /// A JSON object a line: `id`, `valid` (its signature), and `body`.
    let log: String
    private let process: ChildProcess

    /// Starts it, and waits until it listens.
    ///
    /// - Parameter port: 0: any that is free.
    init(secret: String, in folder: TemporaryFolder, port: Int = 0) async throws {
        let portFile = folder.path("port")
        log = folder.path("received.jsonl")
        process = try ChildProcess(
            "\(Programs.repository.path)/scripts/support/webhook-receiver",
            ["--secret", secret, "--out", log, "--port-file", portFile, "--port", "\(port)"])
        #expect(try await eventually { FileManager.default.fileExists(atPath: portFile) })
        self.port = try #require(Int(try String(contentsOfFile: portFile, encoding: .utf8)))
    }

    /// Ends it. A test says so when it is done: a value may go with its last use.
    func stop() { process.kill() }

    /// What it was sent so far.
    func deliveries() throws -> [[String: Any]] {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }
}
