public import EventModel

/// The daemon's sign of life, for `siemctl status`.
public struct Heartbeat: Sendable, Equatable {
    public var pid: Int32
    public var startedAt: Timestamp
    public var updatedAt: Timestamp
    /// JSON text; its shape is Pipeline's affair.
    public var status: String

    public init(pid: Int32, startedAt: Timestamp, updatedAt: Timestamp, status: String) {
        self.pid = pid
        self.startedAt = startedAt
        self.updatedAt = updatedAt
        self.status = status
    }

    func write(_ connection: Connection) throws {
        try connection.run(
            "INSERT OR REPLACE INTO daemon VALUES (1, ?, ?, ?, ?)",
            [.integer(Int64(pid)), .integer(startedAt.microseconds), .integer(updatedAt.microseconds), .text(status)])
    }

    static func read(_ connection: Connection) throws -> Heartbeat? {
        try connection.row("SELECT pid, started_at, updated_at, status FROM daemon WHERE id = 1") {
            Heartbeat(
                pid: Int32(truncatingIfNeeded: $0.integer(0)), startedAt: Timestamp(microseconds: $0.integer(1)),
                updatedAt: Timestamp(microseconds: $0.integer(2)), status: $0.text(3))
        }
    }
}
