#if canImport(Glibc)
import Glibc
#endif

// Unsafe: a file is mapped while its checksum is worked out. Only files that no one shortens meanwhile are: those of a backup.

/// What the store does to files beside SQLite. Every failure says what was done to which file, and why it failed.
package enum DiskFile {
    /// What is done to a file or directory.
    package enum Change: Sendable, CaseIterable {
        case makeDirectory, create, write, sync, rename, remove
    }

    /// For tests: asked before each change in the current task.
    package protocol Interruption: Sendable {
        /// Another number than 0 is the error (`ENOSPC`) that the system is taken to have answered with.
        func answer(to change: Change, of path: String) -> Int32
    }

    @TaskLocal package static var interruption: (any Interruption)?

    /// Whether a change may be made; if not, `errno` says why.
    private static func may(_ change: Change, _ path: String) -> Bool {
        guard let interruption else { return true }
        let code = interruption.answer(to: change, of: path)
        if code != 0 { errno = code }
        return code == 0
    }

    static func failure(_ what: String, _ path: String) -> StoreError {
        let code: StoreError.Code = errno == ENOSPC || errno == EDQUOT ? .full : .inputOutput
        return StoreError(code, path: path, detail: "\(what): \(String(cString: strerror(errno)))")
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes a directory and those above it, with mode 0700.
    static func makeDirectory(_ path: String) throws {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            made += (made.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
            if exists(made) { continue }
            guard may(.makeDirectory, made), mkdir(made, 0o700) == 0 || errno == EEXIST else {
                throw failure("cannot make the directory", made)
            }
        }
    }

    /// The names in a directory, sorted; none if there is no such directory.
    static func names(in directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw failure("cannot read the directory", directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Size in bytes, and time of the last change in nanoseconds; nil if there is no such file.
    static func change(of path: String) -> (bytes: Int, time: Int64)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (Int(status.st_size), Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    }

    static func remove(_ path: String) throws {
        guard may(.remove, path), unlink(path) == 0 || errno == ENOENT else { throw failure("cannot remove", path) }
    }

    /// Gives a file a second name, on the disk when it returns; copies it where the file system has no such thing.
    static func link(_ path: String, to new: String) throws {
        guard may(.create, new) else { throw failure("cannot create", new) }
        if Glibc.link(path, new) != 0 {
            guard errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK else { throw failure("cannot link to \(new)", path) }
            try copy(path, to: new)
        }
        try sync(String(new[..<(new.lastIndex(of: "/") ?? new.startIndex)]))
    }

    /// Gives a file its final name, and has the directory on the disk when it returns.
    static func rename(_ path: String, to final: String) throws {
        guard may(.rename, path), Glibc.rename(path, final) == 0 else { throw failure("cannot rename to \(final)", path) }
        try sync(String(final[..<(final.lastIndex(of: "/") ?? final.startIndex)]))
    }

    /// Has what was written to a file or directory on the disk.
    static func sync(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw failure("cannot open", path) }
        defer { close(descriptor) }
        try sync(descriptor, path)
    }

    /// Makes a new file (0600) with these bytes, on the disk when it returns.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = try create(path, O_WRONLY | O_TRUNC)
        defer { close(descriptor) }
        try bytes.withUnsafeBytes { try write($0, to: descriptor, path) }
        try sync(descriptor, path)
    }

    /// Makes an empty file (0600) if it is not there. One that is there is not opened: a connection of this process may have it
    /// open, and closing a second descriptor would drop its POSIX locks.
    static func makeFile(_ path: String) throws {
        if exists(path) { return }
        do {
            close(try create(path, O_RDWR | O_EXCL))
        } catch {
            // Another one was faster.
            if !exists(path) { throw error }
        }
    }

    private static func create(_ path: String, _ flags: Int32) throws -> Int32 {
        let descriptor = may(.create, path) ? open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) : -1
        if descriptor < 0 { throw failure("cannot create", path) }
        return descriptor
    }

    private static func sync(_ descriptor: Int32, _ path: String) throws {
        guard may(.sync, path), fsync(descriptor) == 0 else { throw failure("cannot sync", path) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
        var rest = bytes
        while rest.count > 0 {
            guard may(.write, path) else { throw failure("cannot write", path) }
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw failure("cannot write", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Puts bytes in place of a file's first ones.
    static func overwrite(_ path: String, with bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        if descriptor < 0 { throw failure("cannot open", path) }
        defer { close(descriptor) }
        try bytes.withUnsafeBytes { try write($0, to: descriptor, path) }
        try sync(descriptor, path)
    }

    /// All of a small file.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        try mapping(path) { bytes in
            if bytes.count > limit {
                throw StoreError(.damaged, path: path, detail: "\(bytes.count) bytes, more than the \(limit) allowed")
            }
            return Array(bytes)
        }
    }

    /// Size and XXH64 of a file.
    static func checksum(_ path: String) throws -> (bytes: Int, checksum: UInt64) {
        try mapping(path) { ($0.count, XXHash64.hash($0)) }
    }

    /// Makes a new file (0600) that is like another one, on the disk when it returns.
    static func copy(_ path: String, to new: String) throws {
        let descriptor = try create(new, O_WRONLY | O_TRUNC)
        defer { close(descriptor) }
        try mapping(path) { try write($0, to: descriptor, new) }
        try sync(descriptor, new)
    }

    /// Makes a new file (0600) that is like another one as far as that can be read: zeros stand for what the disk does not give.
    /// - Returns: how many bytes those are.
    static func salvage(_ path: String, to new: String) throws -> Int {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        if source < 0 { throw failure("cannot open", path) }
        defer { close(source) }
        let target = try create(new, O_WRONLY | O_TRUNC)
        defer { close(target) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        // What a disk loses, it loses by sectors.
        let sector = 4_096
        var offset = 0
        var missing = 0
        let size = change(of: path)?.bytes ?? 0
        while offset < size {
            var count = pread(source, &chunk, chunk.count, off_t(offset))
            if count < 0 {
                if errno == EINTR { continue }
                count = pread(source, &chunk, sector, off_t(offset))
            }
            if count < 0 {
                count = min(sector, size - offset)
                missing += count
                chunk.replaceSubrange(0..<count, with: repeatElement(0, count: count))
            }
            if count == 0 { break }
            try chunk.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: target, new) }
            offset += count
        }
        try sync(target, new)
        return missing
    }

    private static func mapping<Result>(_ path: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw failure("cannot open", path) }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw failure("cannot look at", path) }
        let count = Int(status.st_size)
        if count == 0 { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        guard let bytes = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), bytes != MAP_FAILED else {
            throw failure("cannot map", path)
        }
        defer { munmap(bytes, count) }
        return try body(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}
