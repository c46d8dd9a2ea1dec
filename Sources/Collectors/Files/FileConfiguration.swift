/// Which files are tailed, and how.
public struct FileConfiguration: Sendable, Equatable {
    /// Patterns of paths (`GlobPattern`). Of a path without wildcards the rotated files are found beside it.
    public var paths: [String]
    /// Patterns of files that are left out; one without a slash is for names in any directory.
    public var excluded: [String]
    public var format: FileFormat
    /// Longer lines or JSON values are cut off and flagged. Default 1 MiB.
    public var maximumLineBytes: Int
    /// How often to look when the kernel tells nothing (network file systems). Default 250 ms.
    public var pollInterval: Duration
    /// How long a file that was renamed is still read while its successor is empty: its writer may not have opened that yet.
    /// Default 5 s.
    public var rotateWait: Duration
    /// A last line without a newline is a record when the file has not grown for so long. Default 30 s.
    public var unterminatedAfter: Duration
    /// How long a file that was rotated to a name that no pattern matches is kept open after its last growth. Default 10 min.
    public var lingerTime: Duration
    /// How long it is remembered how far a file was read that is no more. Default a day.
    public var forgetAfter: Duration
    /// Files that are followed at most; those beyond are reported.
    public var maximumFiles: Int
    /// Files that are open at once.
    public var maximumOpenFiles: Int

    public init(
        paths: [String], excluded: [String] = [], format: FileFormat = .lines, maximumLineBytes: Int = 1 << 20,
        pollInterval: Duration = .milliseconds(250), rotateWait: Duration = .seconds(5),
        unterminatedAfter: Duration = .seconds(30)
    ) {
        self.paths = paths
        self.excluded = excluded
        self.format = format
        self.maximumLineBytes = max(1, maximumLineBytes)
        self.pollInterval = pollInterval
        self.rotateWait = rotateWait
        self.unterminatedAfter = unterminatedAfter
        lingerTime = .seconds(600)
        forgetAfter = .seconds(86_400)
        maximumFiles = 8_192
        maximumOpenFiles = 256
    }

    public init(
        path: String, maximumLineBytes: Int = 1 << 20, pollInterval: Duration = .milliseconds(250),
        rotateWait: Duration = .seconds(5)
    ) {
        self.init(paths: [path], maximumLineBytes: maximumLineBytes, pollInterval: pollInterval, rotateWait: rotateWait)
    }

    /// The text as a pattern of itself alone: its wildcards are escaped.
    public static func pattern(of path: String) -> String { GlobPattern.escaped(path) }

    /// What is wrong with a pattern of `paths` or `excluded`; nil if nothing is.
    public static func problem(inPattern pattern: String) -> String? {
        do throws(GlobError) {
            _ = try GlobPattern.all(pattern)
            return nil
        } catch {
            return error.description
        }
    }
}
