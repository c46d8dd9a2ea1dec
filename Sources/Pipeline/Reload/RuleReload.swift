/// How the last reload of the rules ended: part of the heartbeat, for `siemctl rule reload` and `siemctl status`.
public struct RuleReload: Sendable, Codable, Equatable {
    /// When it ended, in microseconds since 1970.
    public var endedAt: Int64
    /// Rules that raise findings, after it.
    public var rules: Int
    /// Why the rules stayed as they were; empty when the new ones are in force. The first few errors, with file and line.
    public var errors: [String]
    /// How many errors there were in all.
    public var errorCount: Int

    public var isAccepted: Bool { errorCount == 0 }

    /// Errors that are kept: enough to begin with; `siemctl rule check` shows all.
    static let keptErrors = 20
}
