import Glibc
import Synchronization
import TestSupport

/// A folder of logs that a program writes and somebody rotates in every way. Each write has a modification time of its own, as in
/// `LogWriter`.
final class LogFolder: Sendable {
    enum Compression: CaseIterable, Sendable {
        case gzip
        case zstd

        var ending: String { self == .gzip ? ".gz" : ".zst" }

        func compress(_ bytes: [UInt8]) -> [UInt8] { self == .gzip ? Compressing.gzip(bytes) : Compressing.zstd(bytes) }
    }

    private let folder: TemporaryFolder
    /// The time of the last write, and the number of the last target of a symbolic link.
    private let state = Mutex((clock: time(nil) + 1_000, targets: 0))
    private let generations: Int

    init(generations: Int = 20) throws {
        folder = try TemporaryFolder()
        self.generations = generations
    }

    func path(_ name: String) -> String { folder.path(name) }

    func append(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name, O_WRONLY | O_CREAT | O_APPEND)
    }

    func write(_ bytes: [UInt8], to name: String, _ flags: Int32 = O_WRONLY | O_CREAT | O_TRUNC) throws {
        let descriptor = open(path(name), flags, 0o600)
        guard descriptor >= 0 else { throw WriterError(code: errno) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw WriterError(code: errno) }
        let now = state.withLock { state in
            state.clock += 1
            return state.clock
        }
        try stamp(descriptor, now)
    }

    private func stamp(_ descriptor: Int32, _ seconds: Int) throws {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        guard futimens(descriptor, [time, time]) == 0 else { throw WriterError(code: errno) }
    }

    func contents(_ name: String) throws -> [UInt8] {
        let descriptor = open(path(name), O_RDONLY)
        guard descriptor >= 0 else { throw WriterError(code: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { throw WriterError(code: errno) }
        return bytes
    }

    func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }
    func remove(_ name: String) throws { guard unlink(path(name)) == 0 else { throw WriterError(code: errno) } }
    func move(_ name: String, to other: String) throws {
        guard rename(path(name), path(other)) == 0 else { throw WriterError(code: errno) }
    }

    /// `audit.log.1` → `audit.log.2` …, compressed or not.
    private func shift(_ name: String) {
        for number in stride(from: generations - 1, through: 1, by: -1) {
            for ending in ["", ".gz", ".zst"] {
                rename(path("\(name).\(number)\(ending)"), path("\(name).\(number + 1)\(ending)"))
            }
        }
    }

    /// Rename and create.
    func rotate(_ name: String) throws {
        shift(name)
        try move(name, to: name + ".1")
        try write([], to: name, O_WRONLY | O_CREAT | O_EXCL)
    }

    func copyTruncate(_ name: String) throws {
        shift(name)
        try write(try contents(name), to: name + ".1", O_WRONLY | O_CREAT | O_EXCL)
        try write([], to: name, O_WRONLY | O_TRUNC)
    }

    /// The link's target stays, and the link goes to a new one.
    func switchLink(_ name: String) throws {
        let number = state.withLock { state in
            state.targets += 1
            return state.targets
        }
        let target = "\(name.prefix { $0 != "." }).data-\(number)"
        try write([], to: target, O_WRONLY | O_CREAT | O_EXCL)
        guard symlink(path(target), path("link.tmp")) == 0 else { throw WriterError(code: errno) }
        try move("link.tmp", to: name)
    }

    /// The whole content and more is written beside the file, and renamed over it.
    func replace(_ name: String, adding text: String) throws {
        try write(try contents(name) + Array(text.utf8), to: "replacement.tmp")
        try move("replacement.tmp", to: name)
    }

    /// As gzip(1) and zstd --rm: the time stays, and the file goes when the compressed one is complete.
    func compress(_ name: String, _ compression: Compression) throws {
        var info = stat()
        guard stat(path(name), &info) == 0 else { throw WriterError(code: errno) }
        let plain = try contents(name)
        let bytes = compression.compress(plain)
        let descriptor = open(path(name + compression.ending), O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw WriterError(code: errno) }
        defer { close(descriptor) }
        // In two writes: it may be looked at in between.
        let half = bytes.count / 2
        guard Glibc.write(descriptor, bytes, half) == half,
            Array(bytes[half...]).withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count - half
        else { throw WriterError(code: errno) }
        try stamp(descriptor, info.st_mtim.tv_sec)
        try remove(name)
    }
}
