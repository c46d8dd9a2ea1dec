import Glibc
import TestSupport

/// A program that writes a log and rotates it, in a folder of its own.
///
/// Each write has a modification time of its own, a second after the last: clocks of file systems are too coarse to tell
/// rotations apart that follow within a millisecond, which only tests do.
actor LogWriter {
    private let folder: TemporaryFolder
    nonisolated let path: String
    private var clock = time(nil) + 1_000

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("audit.log")
    }

    /// - Parameter suffix: of the rotated file to write to, for a writer that has not noticed the rotation.
    func append(_ text: String, to suffix: String = "") throws {
        try write(Array(text.utf8), to: path + suffix, O_WRONLY | O_CREAT | O_APPEND)
    }

    func remove(_ suffix: String) throws {
        guard unlink(path + suffix) == 0 else { throw WriterError(code: errno) }
    }

    /// Rename and create, as logrotate's `create`: `audit.log` → `audit.log.1` → `audit.log.2` …
    func rotate(create: Bool = true) throws {
        shift()
        guard rename(path, path + ".1") == 0 else { throw WriterError(code: errno) }
        if create { try write([], to: path, O_WRONLY | O_CREAT | O_EXCL) }
    }

    /// As logrotate's `copytruncate`.
    func copyTruncate(keepCopy: Bool = true) throws {
        if keepCopy {
            shift()
            try write(try contents(), to: path + ".1", O_WRONLY | O_CREAT | O_EXCL)
        }
        try write([], to: path, O_WRONLY | O_TRUNC)
    }

    private func shift() {
        for number in stride(from: 40, through: 1, by: -1) { rename("\(path).\(number)", "\(path).\(number + 1)") }
    }

    private func contents() throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw WriterError(code: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { throw WriterError(code: errno) }
        return bytes
    }

    private func write(_ bytes: [UInt8], to path: String, _ flags: Int32) throws {
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw WriterError(code: errno) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw WriterError(code: errno) }
        clock += 1
        let stamp = timespec(tv_sec: clock, tv_nsec: 0)
        guard futimens(descriptor, [stamp, stamp]) == 0 else { throw WriterError(code: errno) }
    }
}

struct WriterError: Error {
    var code: Int32
}
