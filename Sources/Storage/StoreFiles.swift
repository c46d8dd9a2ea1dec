#if canImport(Glibc)
    import Glibc
#endif

/// Where the parts of a store lie in its directory.
public struct StoreFiles: Sendable, Equatable {
    static let databaseName = "siem.db"
    static let coldName = "events"

    public let directory: String

    public init(directory: String) {
        self.directory = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
    }

    /// Hot blocks, cursors, findings, outbox, ledger, engine state.
    public var database: String { directory + "/" + Self.databaseName }
    /// SQLite's write-ahead log, and its index, where readers say which part of the log they need.
    var log: String { database + "-wal" }
    var logIndex: String { database + "-shm" }
    /// Held locked by the one process that writes.
    public var lock: String { directory + "/siem.lock" }
    /// What a running writer is asked to forget (`ForgetRequest`).
    public var forgetRequest: String { directory + "/forget.request" }
    /// Cold blocks, one file a day of event time.
    public var coldDirectory: String { directory + "/" + Self.coldName }

    /// A file of cold blocks.
    public func partition(_ name: String) -> String { coldDirectory + "/" + name }

    /// Whether there is a database file.
    var databaseExists: Bool { DiskFile.exists(database) }

    /// Makes the directory (0700) and an empty database file (0600) if they are not there: audit logs are personal data.
    func create() throws {
        try DiskFile.makeDirectory(directory)
        // SQLite gives its -wal and -shm files the permissions of the database.
        let descriptor = open(database, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw DiskFile.failure("cannot create", database) }
        // Closed before SQLite opens it: closing a second descriptor later would drop SQLite's POSIX locks.
        close(descriptor)
    }

    /// Makes the folder of cold blocks (0700) if it is not there.
    func createColdDirectory() throws { try DiskFile.makeDirectory(coldDirectory) }

    /// The names of the files of cold blocks, sorted; none if there is no folder yet.
    func partitionNames() throws -> [String] { try DiskFile.names(in: coldDirectory).filter { $0.hasSuffix(".db") } }
}
