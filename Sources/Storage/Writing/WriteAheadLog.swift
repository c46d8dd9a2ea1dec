/// How SQLite's write-ahead log stands.
public struct WriteAheadLog: Sendable, Equatable {
    /// Size of its file.
    public var bytes: Int
    /// Nobody but a reader that began long ago lets it become so large (`StoreLimits.walWarningBytes`).
    public var isTooLarge: Bool
    /// Who reads at this moment, if it is too large. Other readers than the one in the way may be among them.
    public var readers: [LogReader] = []

    public init(bytes: Int, isTooLarge: Bool, readers: [LogReader] = []) {
        self.bytes = bytes
        self.isTooLarge = isTooLarge
        self.readers = readers
    }
}

extension StoreWriter {
    /// Keeps the log small. Call it every second or so.
    ///
    /// After a commit SQLite moves the log into the database by itself, and begins it anew when no reader needs it at that
    /// moment. With many readers by turns there may be no such moment for long: then this waits for them, up to a tenth of a
    /// second. What it cannot do anything about is a program that keeps one read transaction open: the log holds all that was
    /// written since, and grows until that ends.
    public func tendLog() throws -> WriteAheadLog {
        var bytes = DiskFile.change(of: files.log)?.bytes ?? 0
        if bytes > limits.walBytes, ContinuousClock.now >= nextEmptying {
            try perform { connection in
                connection.setBusyTimeout(StoreLimits.walEmptyingTimeout)
                defer { connection.setBusyTimeout(limits.busyTimeout) }
                // When a reader is in the way it answers so, and has moved what it could.
                _ = try connection.integer("PRAGMA wal_checkpoint(TRUNCATE)")
            }
            bytes = DiskFile.change(of: files.log)?.bytes ?? 0
            if bytes > limits.walBytes { nextEmptying = ContinuousClock.now + .seconds(StoreLimits.walEmptyingSeconds) }
        }
        let isTooLarge = bytes > limits.walWarningBytes
        return WriteAheadLog(bytes: bytes, isTooLarge: isTooLarge, readers: isTooLarge ? LogReader.all(of: files.logIndex) : [])
    }
}
