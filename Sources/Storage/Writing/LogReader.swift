#if canImport(Glibc)
    import Glibc
#endif

/// A process that reads the store at this moment, as the kernel's table of file locks has it.
public struct LogReader: Sendable, Equatable, CustomStringConvertible {
    public var pid: Int32
    /// The program's name; empty where it cannot be seen.
    public var name: String

    public init(pid: Int32, name: String) {
        self.pid = pid
        self.name = name
    }

    public var description: String { name.isEmpty ? "process \(pid)" : "process \(pid) (\(name))" }

    /// Bytes of the index on which readers hold a lock: SQLite's WAL_READ_LOCK(0) to (4) (sqlite.org/walformat.html, 2.3).
    private static let readLocks: ClosedRange<Int64> = 123...127
    private static let maximumTableBytes = 1 << 20

    /// Other processes than this one. Of a process in another namespace nothing is known.
    ///
    /// The index itself is not opened: closing it again would drop the locks that this process has on it.
    static func all(of index: String) -> [LogReader] {
        var status = stat()
        guard stat(index, &status) == 0, let table = read("/proc/locks", limit: maximumTableBytes) else { return [] }
        return processes(in: table, inode: UInt64(status.st_ino)).filter { $0 != getpid() }.map { pid in
            let name = read("/proc/\(pid)/comm", limit: 64) ?? ""
            return LogReader(pid: pid, name: String(name.prefix { $0 != "\n" }))
        }
    }

    /// The processes that hold a read lock, from lines such as `3: POSIX  ADVISORY  READ 4711 08:01:131329 124 124`.
    package static func processes(in table: String, inode: UInt64) -> [Int32] {
        var found: [Int32] = []
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            // A process that waits for a lock has "->" behind the number.
            guard words.count == 8, words[1] == "POSIX", let pid = Int32(words[4]), pid > 0,
                let number = words[5].split(separator: ":").last.flatMap({ UInt64($0) }), number == inode,
                let first = Int64(words[6]), let last = words[7] == "EOF" ? .max : Int64(words[7]),
                first <= readLocks.upperBound, last >= readLocks.lowerBound, !found.contains(pid)
            else { continue }
            found.append(pid)
        }
        return found
    }

    /// A file of the kernel's, which has no size.
    private static func read(_ path: String, limit: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
