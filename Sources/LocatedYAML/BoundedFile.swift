#if canImport(Glibc)
import Glibc
#endif

/// Reads whole files that people wrote, up to a bound.
public enum BoundedFile {
    /// Why a file could not be read.
    public struct ReadError: Error, Equatable, CustomStringConvertible {
        public enum Reason: Equatable, Sendable {
            /// `errno`.
            case system(Int32)
            case notAFile
            case tooLong(maximumBytes: Int)
        }

        public var reason: Reason

        public init(_ reason: Reason) { self.reason = reason }

        /// Whether there is nothing at that path.
        public var isMissing: Bool { reason == .system(ENOENT) || reason == .system(ENOTDIR) }

        public var description: String {
            switch reason {
            case .system(let code): "cannot read the file: \(String(cString: strerror(code)))"
            case .notAFile: "cannot read it: not a regular file"
            case .tooLong(let maximum): "the file is longer than \(maximum) bytes; split it"
            }
        }
    }

    /// The bytes of a regular file, if it has at most `maximumBytes`.
    public static func read(_ path: String, maximumBytes: Int) throws(ReadError) -> [UInt8] {
        // Non-blocking, so that a named pipe without a writer cannot hold us.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ReadError(.system(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ReadError(.system(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ReadError(.notAFile) }
        guard status.st_size <= maximumBytes else { throw ReadError(.tooLong(maximumBytes: maximumBytes)) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let length = Glibc.read(descriptor, &chunk, chunk.count)
            if length == 0 { return bytes }
            if length < 0 {
                if errno == EINTR { continue }
                throw ReadError(.system(errno))
            }
            bytes += chunk[..<length]
            // The file may have grown since we asked for its size.
            guard bytes.count <= maximumBytes else { throw ReadError(.tooLong(maximumBytes: maximumBytes)) }
        }
    }
}
