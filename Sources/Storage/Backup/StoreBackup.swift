public import EventModel

/// A consistent copy of a store in a directory of its own, taken while `siemd` runs.
///
/// The database is copied first and the partitions after it. It lists the blocks that are part of the store: what compaction adds
/// to a partition meanwhile is not listed, and swept away later; what it replaces stays there for `StoreLimits.coldGraceSeconds`,
/// and if the copy takes longer it is begun again. What has not changed since the last backup in the same directory is not
/// copied again. The directory holds one backup, and always a whole one: new files have new names, and the
/// manifest, written last, makes them the backup.
public enum StoreBackup {
    /// What a backup or a restoration did.
    public struct Report: Sendable, Equatable {
        public var copiedFiles = 0
        public var copiedBytes = 0
        /// Files that have not changed since the backup before.
        public var keptFiles = 0
    }

    private static let lockName = "backup.lock"
    private static let maximumAttempts = 3

    /// Copies a store.
    /// - Parameter directory: made if it is not there; must be empty, or hold a backup of the same store.
    /// - Throws: `StoreError`. The backup before is still whole then.
    public static func take(of files: StoreFiles, to directory: String, at time: Timestamp = .now()) throws -> Report {
        guard files.databaseExists else {
            throw StoreError(.notAStore, path: files.database, detail: "there is no such file; siemd makes it when it starts")
        }
        let existing = try DiskFile.names(in: directory)
        let before = try BackupManifest.read(directory)
        // Without a manifest, only what a backup that was cut short has left.
        guard before != nil || existing.allSatisfy({ $0 == lockName || isOurs($0) }) else {
            throw StoreError(
                .inputOutput, path: directory,
                detail: "the directory holds files that are no backup; choose an empty or a new one")
        }
        try DiskFile.makeDirectory(directory)
        let lock = try StoreLock(path: "\(directory)/\(lockName)", directory: directory)
        defer { withExtendedLifetime(lock) {} }

        let store = try StoreError.translating(files.database) {
            try StoreIdentity.read(Connection(path: files.database, access: .readOnly)).id
        }
        if let before, before.store != store {
            throw StoreError(.inputOutput, path: directory, detail: "it holds a backup of another store, \(before.store)")
        }
        var report = Report()
        var manifest = BackupManifest(store: store, taken: RFC3339.format(time), files: before?.files ?? [])
        for attempt in 0..<maximumAttempts {
            let start = ContinuousClock.now
            let stamp = "\(time.microseconds).\(attempt)"
            manifest.files = try copyAll(files, to: directory, stamp, before: manifest.files, &report)
            // Blocks that were replaced meanwhile are still in their partitions.
            if ContinuousClock.now - start < .seconds(StoreLimits.coldGraceSeconds) { break }
            // The next attempt copies only what has changed since, and so takes less time.
            if attempt + 1 < maximumAttempts { continue }
            throw StoreError(
                .inputOutput, path: directory, detail: "the copy takes longer than the store stays as it is; use a faster disk")
        }
        try manifest.write(directory)
        let current = Set(manifest.files.map(\.name))
        for name in try DiskFile.names(in: directory) where isOurs(name) && !current.contains(name) {
            try DiskFile.remove("\(directory)/\(name)")
        }
        return report
    }

    /// Copies the database, and the partitions that are not like one of the files before.
    private static func copyAll(
        _ files: StoreFiles, to directory: String, _ stamp: String, before: [BackupManifest.File], _ report: inout Report
    ) throws -> [BackupManifest.File] {
        var copied = [try copy(files.database, as: StoreFiles.databaseName, "\(stamp).0.db", directory, &report)]
        report.keptFiles = 0
        for (number, name) in try files.partitionNames().enumerated() {
            let path = "\(StoreFiles.coldName)/\(name)"
            let original = files.partition(name)
            if let known = before.first(where: { $0.path == path }), known.origin == origin(of: original),
                DiskFile.change(of: "\(directory)/\(known.name)")?.bytes == known.bytes {
                copied.append(known)
                report.keptFiles += 1
                continue
            }
            // Retention may have taken it away since the directory was read.
            guard DiskFile.exists(original) else { continue }
            copied.append(try copy(original, as: path, "\(stamp).\(number + 1).db", directory, &report))
        }
        return copied
    }

    /// Makes a store of a backup. If it is cut short, it can be done again.
    /// - Parameter files: where; there must not be a store yet.
    /// - Throws: `StoreError`: `damaged` with the name of a file that is not as it was written.
    public static func restore(from directory: String, to files: StoreFiles) throws -> Report {
        guard let manifest = try BackupManifest.read(directory) else {
            throw StoreError(
                .inputOutput, path: directory, detail: "there is no \(BackupManifest.name): no backup, or not a whole one")
        }
        for file in manifest.files { try check(file, in: directory) }
        guard !files.databaseExists, !DiskFile.exists(files.repairedDatabase), try isLeftover(files, of: manifest) else {
            throw StoreError(
                .inputOutput, path: files.directory,
                detail: "there is a store already; restore to another folder, or move it away")
        }
        try DiskFile.makeDirectory(files.directory)
        let lock = try StoreLock(files)
        defer { withExtendedLifetime(lock) {} }
        var report = Report()
        // The database last: without it the folder is no store.
        for file in manifest.files.reversed() {
            let path = "\(files.directory)/\(file.path)"
            if file.path != StoreFiles.databaseName { try DiskFile.makeDirectory(files.coldDirectory) }
            try DiskFile.copy("\(directory)/\(file.name)", to: path + ".new")
            try DiskFile.rename(path + ".new", to: path)
            report.copiedFiles += 1
            report.copiedBytes += file.bytes
        }
        return report
    }

    /// Whether all partitions that are there are what a restoration of this backup has left that was cut short.
    private static func isLeftover(_ files: StoreFiles, of manifest: BackupManifest) throws -> Bool {
        try DiskFile.names(in: files.coldDirectory).allSatisfy { name in
            let path = "\(StoreFiles.coldName)/\(name)"
            // It had not got its name, and is written anew.
            if name.hasSuffix(".new") { return manifest.files.contains { $0.path + ".new" == path } }
            guard let file = manifest.files.first(where: { $0.path == path }) else { return false }
            return try DiskFile.checksum(files.partition(name)) == (file.bytes, file.checksum)
        }
    }

    private static func check(_ file: BackupManifest.File, in directory: String) throws {
        let path = "\(directory)/\(file.name)"
        let found = try DiskFile.checksum(path)
        if found != (file.bytes, file.checksum) {
            throw StoreError(.damaged, path: path, detail: "the file is not as it was written: size or checksum differ")
        }
    }

    /// A file that this made, or began to.
    private static func isOurs(_ name: String) -> Bool {
        name.hasSuffix(".db") || name.hasSuffix(".db-journal") || name == "\(BackupManifest.name).new"
    }

    private static func origin(of path: String) -> String {
        let database = DiskFile.change(of: path)
        // An empty one is what a reader leaves behind.
        let log = DiskFile.change(of: path + "-wal").flatMap { $0.bytes > 0 ? $0 : nil }
        return "\(database?.bytes ?? 0):\(database?.time ?? 0):\(log?.bytes ?? 0):\(log?.time ?? 0)"
    }

    private static func copy(
        _ original: String, as path: String, _ name: String, _ directory: String, _ report: inout Report
    ) throws -> BackupManifest.File {
        let new = "\(directory)/\(name)"
        // Before the copy: a change meanwhile is then taken for one, and copied the next time.
        let origin = origin(of: original)
        try DiskFile.remove(new)
        try DiskFile.write([], to: new)
        // What a crash left in the database's log is read with it; what one left in a partition's journal has to be taken back.
        let access = path == StoreFiles.databaseName ? Connection.Access.readOnly : .readRecovering
        try StoreError.translating(original) { try Connection(path: original, access: access).copy(to: new) }
        let (bytes, checksum) = try DiskFile.checksum(new)
        report.copiedFiles += 1
        report.copiedBytes += bytes
        return BackupManifest.File(path: path, name: name, bytes: bytes, checksum: checksum, origin: origin)
    }
}
