#if canImport(Glibc)
    import Glibc
#endif

/// Where the parts of a store lie in its directory.
public struct StoreFiles: Sendable, Equatable {
    public let directory: String

    public init(directory: String) {
        self.directory = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
    }

    /// Hot blocks, cursors, findings, outbox, ledger, engine state.
    public var database: String { directory + "/siem.db" }
    /// Held locked by the one process that writes.
    public var lock: String { directory + "/siem.lock" }
    /// Cold blocks, one file a day of event time.
    public var coldDirectory: String { directory + "/events" }

    /// A file of cold blocks.
    public func partition(_ name: String) -> String { coldDirectory + "/" + name }

    /// Whether there is a database file.
    var databaseExists: Bool { access(database, F_OK) == 0 }

    /// Makes the directory (0700) and an empty database file (0600) if they are not there: audit logs are personal data.
    func create() throws {
        var made = ""
        for part in directory.split(separator: "/", omittingEmptySubsequences: true) {
            made += (made.isEmpty && !directory.hasPrefix("/") ? "" : "/") + part
            if mkdir(made, 0o700) != 0 && errno != EEXIST { throw failure("cannot make the directory", made) }
        }
        // SQLite gives its -wal and -shm files the permissions of the database.
        let descriptor = open(database, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw failure("cannot create", database) }
        // Closed before SQLite opens it: closing a second descriptor later would drop SQLite's POSIX locks.
        close(descriptor)
    }

    /// Makes the folder of cold blocks (0700) if it is not there.
    func createColdDirectory() throws {
        if mkdir(coldDirectory, 0o700) != 0 && errno != EEXIST { throw failure("cannot make the directory", coldDirectory) }
    }

    /// Makes an empty file (0600) if it is not there. One that is there is not opened: a reader of this process may have it open,
    /// and closing a second descriptor would drop its POSIX locks.
    func createFile(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 && errno != EEXIST { throw failure("cannot create", path) }
        if descriptor >= 0 { close(descriptor) }
    }

    /// The names of the files of cold blocks, sorted.
    func partitionNames() -> [String] {
        guard let folder = opendir(coldDirectory) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".db") { names.append(name) }
        }
        return names.sorted()
    }

    private func failure(_ what: String, _ path: String) -> StoreError {
        StoreError(.inputOutput, path: path, detail: "\(what): \(String(cString: strerror(errno)))")
    }
}
