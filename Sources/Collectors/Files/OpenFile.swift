#if canImport(Glibc)
import Glibc
#endif

// Unsafe: the descriptor is ours from `init` to `deinit`; buffers are written only within their count.

/// A file open for reading. The calls may block on the disk.
final class OpenFile {
    private let descriptor: Int32

    /// Throws `FileError`. Without blocking: a named pipe at the path must not hang the collector.
    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileError(path: path, operation: "open as a regular file", code: EINVAL)
        }
    }

    deinit {
        close(descriptor)
    }

    func facts() throws -> FileFacts {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileError(path: "", operation: "stat", code: errno) }
        return FileFacts(info)
    }

    /// Fills the buffer from `offset` on, as far as the file goes; returns how many bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        var filled = 0
        while filled < buffer.count, let base = buffer.baseAddress {
            let count = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: "", operation: "read", code: errno)
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// What a fingerprint is taken of.
    func head() throws -> [UInt8] {
        var head = [UInt8](repeating: 0, count: FileFingerprint.maximumLength)
        let count = try head.withUnsafeMutableBytes { try read(into: $0, at: 0) }
        return Array(head[..<count])
    }
}

/// A system call on a file that failed.
struct FileError: Error, CustomStringConvertible {
    var path: String
    var operation: String
    /// `errno`.
    var code: Int32

    var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    var description: String { "cannot \(operation) \(path.isEmpty ? "the file" : path): \(String(cString: strerror(code)))" }
}

extension FileFacts {
    fileprivate init(_ info: stat) {
        self.init(
            identity: FileIdentity(device: UInt64(info.st_dev), inode: UInt64(info.st_ino)), size: Int(info.st_size),
            modified: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec))
    }

    /// The regular file at the path, symbolic links followed; nil if there is none.
    static func at(_ path: String) -> FileFacts? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileFacts(info)
    }
}

/// The directory of a tailed file.
struct FileDirectory {
    let path: String
    /// The tailed file's name in it.
    let base: String

    init(of file: String) {
        let slash = file.lastIndex(of: "/")
        base = slash.map { String(file[file.index(after: $0)...]) } ?? file
        let parent = slash.map { String(file[..<$0]) } ?? "."
        path = parent.isEmpty ? "/" : parent
    }

    /// The most entries looked at: a directory with more is no log directory.
    private static let maximumEntries = 100_000

    /// The regular files with a rotated name or the given inode.
    func siblings(orInode inode: UInt64? = nil) -> [FileSibling] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var siblings: [FileSibling] = []
        for _ in 0..<Self.maximumEntries {
            guard let entry = readdir(directory) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let isCandidate = inode == UInt64(entry.pointee.d_ino) || FileGenerations.isRotatedName(name, of: base)
            guard name != base, isCandidate else { continue }
            if let facts = FileFacts.at(path + "/" + name) { siblings.append(FileSibling(name: name, facts: facts)) }
        }
        return siblings
    }
}
