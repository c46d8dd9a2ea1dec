import Foundation
import TestSupport
import Testing

/// A `siemd` under test: its folder, its configuration, and the process while it runs.
final class Daemon: @unchecked Sendable {
    // Sendable: the process is started and ended by the test alone; others only send to its ports.
    let folder: TemporaryFolder
    let udpPort: Int
    let tcpPort: Int
    private var process: ChildProcess?

    /// - Parameters:
    ///   - extra: more lines of configuration.
    ///   - udp, tcp: more keys of these sources.
    ///   - sources: more sources, each as a YAML mapping in braces.
    ///   - rules: a folder of rules, relative to the daemon's own; nil: some of the shipped ones (`usualRules`).
    init(
        extra: String = "", udp: String = "", tcp: String = "", sources: [String] = [], rules: String? = nil
    ) throws {
        folder = try TemporaryFolder()
        (udpPort, tcpPort) = (try Daemon.freePort(SOCK_DGRAM.rawValue), try Daemon.freePort(SOCK_STREAM.rawValue))
        try FileManager.default.createFile(atPath: logFile, contents: nil) ? () : Daemon.fail("cannot write \(logFile)")
        let repository = Programs.repository.path
        let configuration = """
            data: data
            rules: \(rules ?? Self.usualRules)
            mappings: \(repository)/rules/mappings
            sources:
              - {name: udp, type: syslog_udp, port: \(udpPort)\(udp.isEmpty ? "" : ", \(udp)")}
              - {name: tcp, type: syslog_tcp, port: \(tcpPort)\(tcp.isEmpty ? "" : ", \(tcp)")}
              - {name: file, type: file, path: events.jsonl}
            \(sources.map { "  - \($0)" }.joined(separator: "\n"))
            \(extra.contains("metrics:") ? "" : "metrics: {enabled: false}")
            \(extra)
            """
        try folder.file("perimeter.yml", Data(configuration.utf8))
    }

    /// Those that the tests' records are for, as the configuration names them. All of them would take each daemon a second to read.
    private static let usualRules: String = {
        let names = [
            "cross_app/account_takeover_exfiltration", "cross_app/audit_log_disabled", "cross_app/grant_then_mass_download",
            "cross_app/mail_forwarding", "cross_app/oauth_grant_exfiltration", "github/api_call_spike",
            "github/many_repositories_cloned", "github/token_then_many_clones", "identity/brute_force_succeeded",
            "identity/mfa_disabled", "identity/password_spraying",
        ]
        return "[" + names.map { "\(Programs.repository.path)/rules/detections/\($0).yml" }.joined(separator: ", ") + "]"
    }()

    deinit { kill() }

    var configurationPath: String { folder.path("perimeter.yml") }
    var eventsPath: String { folder.path("events.jsonl") }
    var logFile: String { folder.path("siemd.log") }
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }
    var isRunning: Bool { process?.isRunning ?? false }

    func start(environment: [String: String] = [:]) throws {
        process = try ChildProcess(
            "siemd", ["--config", configurationPath], output: logFile, errors: logFile, environment: environment)
    }

    /// `kill -9`, and waits until the process is gone.
    func kill() { process?.kill() }

    func signal(_ number: Int32) { process?.signal(number) }

    /// A polite stop. Returns the exit status; -1 if it was killed or does not stop, with an issue that shows its log.
    func stop() -> Int32 {
        guard let process else { return 0 }
        process.signal(SIGTERM)
        do {
            if case .exited(let status) = try process.wait() { return status }
            Issue.record("siemd was killed: \(log.suffix(4_000))")
        } catch {
            Issue.record("\(error): \(log.suffix(8_000))")
        }
        return -1
    }

    /// Starts it, and waits until it takes events.
    func startAndWait() async throws {
        try start()
        guard try await eventually({ try status()?["running"] as? Bool == true }) else {
            throw Failure(description: "siemd is not ready: \(log.suffix(2_000))")
        }
    }

    func siemctl(_ arguments: [String], input: Data = Data()) throws -> Programs.Result {
        try Programs.run("siemctl", arguments + ["--config", configurationPath], input: input)
    }

    /// The answer of `siemctl status -o json`; nil while there is no store yet.
    func status() throws -> [String: Any]? {
        let result = try siemctl(["status", "-o", "json"])
        guard result.status == 0 else { return nil }
        return try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    }

    /// One source's line of the ledger.
    func ledger(_ source: String) throws -> [String: Int] {
        ((try status()?["ledger"] as? [String: Any])?[source] as? [String: Any] ?? [:]).compactMapValues { $0 as? Int }
    }

    /// Sends bytes to a TCP listener, that of the source `tcp` unless told otherwise, and closes. Returns false when the connection
    /// broke.
    @discardableResult
    func sendTCP(_ bytes: Data, port: Int? = nil) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        guard Daemon.withAddress(port ?? tcpPort, { connect(descriptor, $0, $1) }) == 0 else { return false }
        return bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let count = send(descriptor, buffer.baseAddress! + sent, buffer.count - sent, Int32(MSG_NOSIGNAL))
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }

    func sendUDP(_ bytes: Data) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        _ = bytes.withUnsafeBytes { buffer in
            Daemon.withAddress(udpPort) { sendto(descriptor, buffer.baseAddress!, buffer.count, 0, $0, $1) }
        }
    }

    /// Connects and returns the socket, to say nothing on it.
    func connectSilently(port: Int? = nil) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        return Daemon.withAddress(port ?? tcpPort) { connect(descriptor, $0, $1) } == 0 ? descriptor : -1
    }

    var residentMegabytes: Int {
        guard let process, let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = Int(line.split(separator: " ").dropFirst().first ?? "")
        else { return 0 }
        return kilobytes / 1024
    }

    static func withAddress<Result>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    static func freePort(_ type: UInt32) throws -> Int {
        let descriptor = socket(AF_INET, Int32(type), 0)
        defer { close(descriptor) }
        guard withAddress(0, { bind(descriptor, $0, $1) }) == 0 else { throw Failure(description: "no free port") }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    private static func fail(_ text: String) throws { throw Failure(description: text) }

    struct Failure: Error, CustomStringConvertible { var description: String }
}
