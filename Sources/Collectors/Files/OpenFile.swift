#if canImport(Glibc)
import Glibc
#endif

// Unsafe: the descriptor is ours from `init` to `deinit`; buffers are written only within their count.

/// A file open for reading. The calls may block on the disk.
final class OpenFile {
    private let descriptor: Int32
    let path: FilePath

    /// Throws `FileError`. Without blocking: a named pipe at the path must not hang the collector.
    init(_ path: FilePath) throws(FileError) {
        self.path = path
        descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
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

    func facts() throws(FileError) -> FileFacts { FileFacts(try info()) }

    /// Whether the file has no name any more.
    func isUnlinked() throws(FileError) -> Bool { try info().st_nlink == 0 }

    private func info() throws(FileError) -> stat {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileError(path: path, operation: "stat", code: errno) }
        return info
    }

    /// The first bytes, as many as a fingerprint covers.
    func head() throws -> [UInt8] {
        var head = [UInt8](repeating: 0, count: FileFingerprint.maximumLength)
        let filled = try head.withUnsafeMutableBytes { try read(into: $0, at: 0) }
        return Array(head[..<filled])
    }

    /// Fills the buffer from `offset` on, as far as the file goes; returns how many bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        var filled = 0
        while filled < buffer.count, let base = buffer.baseAddress {
            let count = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, operation: "read", code: errno)
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}

/// A system call on a file that failed.
package struct FileError: Error, CustomStringConvertible {
    var path: FilePath
    var operation: String
    /// `errno`.
    var code: Int32

    var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    /// What was refused, without the path.
    var reason: String { "cannot \(operation) it: \(String(cString: strerror(code)))" }
    package var description: String { "\(path): \(reason)" }
}

extension FileFacts {
    init(_ info: stat) {
        self.init(
            identity: FileIdentity(device: UInt64(info.st_dev), inode: UInt64(info.st_ino)), size: Int(info.st_size),
            modified: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec))
    }

    static func at(_ path: String) -> FileFacts? { at(FilePath(path)) }

    /// The regular file at the path, symbolic links followed; nil if there is none.
    static func at(_ path: FilePath) -> FileFacts? {
        var info = stat()
        guard path.withCString({ stat($0, &info) }) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileFacts(info)
    }
}
