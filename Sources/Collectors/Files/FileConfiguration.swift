/// Which file is tailed, and how.
public struct FileConfiguration: Sendable, Equatable {
    /// The file that the writer writes to; rotated ones are found beside it.
    public var path: String
    /// Longer lines are cut off and flagged. Default 1 MiB.
    public var maximumLineBytes: Int
    /// How often to look when the kernel tells nothing (network file systems). Default 250 ms.
    public var pollInterval: Duration
    /// How long a file that was renamed is still read while its successor is empty: its writer may not have opened that yet.
    /// Default 5 s.
    public var rotateWait: Duration

    public init(
        path: String, maximumLineBytes: Int = 1 << 20, pollInterval: Duration = .milliseconds(250),
        rotateWait: Duration = .seconds(5)
    ) {
        self.path = path
        self.maximumLineBytes = max(1, maximumLineBytes)
        self.pollInterval = pollInterval
        self.rotateWait = rotateWait
    }
}
