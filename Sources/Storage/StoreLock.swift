#if canImport(Glibc)
import Glibc
#endif

/// The right to write to a store, or to a backup: a lock on a file that the kernel takes back when the process ends, however it
/// ends.
final class StoreLock: Sendable {
    private let descriptor: Int32

    convenience init(_ files: StoreFiles) throws { try self.init(path: files.lock, directory: files.directory) }

    init(path: String, directory: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 {
            throw StoreError(.inputOutput, path: path, detail: "cannot open: \(String(cString: strerror(errno)))")
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let holder = Self.read(descriptor)
            // Thrown out of a complete object: `deinit` closes the descriptor. Twice would close another's.
            throw StoreError(.inUse, path: directory, detail: "process \(holder) writes to it")
        }
        let text = "\(getpid())\n"
        // The number is for the other's message only; without it the lock works all the same.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.utf8.count, 0)
    }

    deinit { close(descriptor) }

    private static func read(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { $0 >= 0x30 && $0 <= 0x39 }
        return digits.isEmpty ? "(unknown)" : String(decoding: digits, as: UTF8.self)
    }
}
