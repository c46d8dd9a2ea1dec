#if canImport(Glibc)
import Glibc
#endif

/// A name in a directory.
package struct DirectoryEntry: Equatable, Sendable {
    package enum Kind: Sendable {
        case file
        case directory
        /// A symbolic link, or the file system does not tell.
        case other
    }

    package var name: [UInt8]
    package var inode: UInt64
    package var kind: Kind

    /// In the order of their names, so that every look sees the same where there are too many.
    static func all(in directory: FilePath, maximum: Int) throws(FileError) -> [DirectoryEntry] {
        guard let stream = directory.withCString({ opendir($0) }) else {
            throw FileError(path: directory, operation: "list", code: errno)
        }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        while entries.count < maximum, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { text in
                    UnsafeBufferPointer(start: text, count: strnlen(text, 256)).map(UInt8.init(bitPattern:))
                }
            }
            if name == [UInt8(ascii: ".")] || name == [UInt8(ascii: "."), UInt8(ascii: ".")] { continue }
            let kind: Kind =
                switch Int(entry.pointee.d_type) {
                case Int(DT_REG): .file
                case Int(DT_DIR): .directory
                case Int(DT_UNKNOWN): kindByStat(directory.appending(name))
                default: .other
                }
            entries.append(DirectoryEntry(name: name, inode: UInt64(entry.pointee.d_ino), kind: kind))
        }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private static func kindByStat(_ path: FilePath) -> Kind {
        var info = stat()
        guard path.withCString({ lstat($0, &info) }) == 0 else { return .other }
        return switch info.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        default: .other
        }
    }
}
