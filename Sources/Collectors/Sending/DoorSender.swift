import EventModel

/// The other side of a door: sends records to this machine's own collectors as a product would, for drills.
///
/// Nothing else is to be proven by them than that what comes in at the door comes out at the receivers, so the door is the real
/// one: its port, its TLS, its token.
public enum DoorSender {
    /// From the connection to the last byte, and to the answer where there is one.
    static let timeout: Duration = .seconds(30)

    /// Syslog, RFC 5424, over UDP, TCP or TLS.
    public static func send(_ records: [String], to syslog: SyslogConfiguration) async throws(DoorError) {
        try await SyslogSender(syslog).send(records.map { SyslogSender.message($0, at: .now()) })
    }

    /// JSON lines to `/ingest/NAME`, with the source's newest token.
    /// - Parameter name: the source's.
    public static func send(
        _ records: [String], to http: HTTPConfiguration, source name: String, _ source: HTTPSourceConfiguration
    ) async throws(DoorError) {
        guard source.kind == .json else {
            throw DoorError("a drill cannot imitate the product that sends to \(source.door); choose a source of JSON or syslog")
        }
        try await IngestSender(http, name: name, token: source.secrets.first).send(records)
    }

    /// Lines at the end of the file, in one piece.
    public static func send(_ records: [String], to file: FileConfiguration) throws(DoorError) {
        guard file.paths.count == 1, let path = file.paths.first, !path.contains(where: { "*?[{".contains($0) }) else {
            throw DoorError("which of its files a drill is to write to is not clear; choose a source with one path")
        }
        try FileSender.append(records, to: path)
    }

    /// Where to reach a listener: one that listens on every address is reached on this machine's own.
    static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::", "[::]": "::1"
        default: host
        }
    }
}

/// Why records cannot be sent to a door.
public struct DoorError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
