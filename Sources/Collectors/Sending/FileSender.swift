#if canImport(Glibc)
import Glibc
#endif

/// Appends lines to a file that is tailed.
enum FileSender {
    /// In one write: nothing that another program appends comes between.
    static func append(_ records: [String], to path: String) throws(DoorError) {
        let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw DoorError("cannot open \(path) for appending: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        let text = Array(records.map { $0 + "\n" }.joined().utf8)
        let written = text.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard written == text.count else { throw DoorError("cannot append to \(path): \(String(cString: strerror(errno)))") }
    }
}
