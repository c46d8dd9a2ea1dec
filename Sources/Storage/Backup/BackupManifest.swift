import EventModel

/// `MANIFEST` of a backup: which files it consists of. Text, a line a fact, a line a file:
///
/// ```
/// perimeter-backup 1
/// store 0123456789abcdef0123456789abcdef
/// taken 2026-11-24T18:00:00Z
/// file events/2026-11-23.db 1795543200000000.1.db 1052672 8f2a… 1052672:1795540000000000000:0:0
/// ```
///
/// Of a file: its path in the store, its name in the backup, bytes, XXH64, and the state that its original was in: size and time
/// of the last change of the database and of its write-ahead log.
struct BackupManifest: Equatable {
    struct File: Equatable {
        var path: String
        var name: String
        var bytes: Int
        var checksum: UInt64
        var origin: String
    }

    static let name = "MANIFEST"
    private static let title = "perimeter-backup 1"
    /// A file a day for a hundred years.
    private static let maximumBytes = 8 << 20

    var store: String
    var taken: String
    var files: [File]

    /// - Returns: nil if there is no backup in the directory.
    static func read(_ directory: String) throws -> BackupManifest? {
        let path = "\(directory)/\(name)"
        if !DiskFile.exists(path) { return nil }
        let text = String(decoding: try DiskFile.read(path, limit: maximumBytes), as: UTF8.self)
        let lines = text.split(separator: "\n")
        func damaged(_ line: Int, _ what: String) -> StoreError {
            StoreError(.damaged, path: path, detail: "line \(line + 1): \(what)")
        }
        guard lines.first == Substring(title) else {
            throw damaged(0, "\"\(lines.first ?? "")\" where \"\(title)\" is expected: no backup, or one of a newer version")
        }
        var manifest = BackupManifest(store: "", taken: "", files: [])
        for (number, line) in lines.enumerated().dropFirst() {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("store", 2): manifest.store = words[1]
            case ("taken", 2): manifest.taken = words[1]
            case ("file", 6):
                guard let bytes = Int(words[3]), let checksum = UInt64(words[4], radix: 16) else {
                    throw damaged(number, "size or checksum is no number")
                }
                // A manifest must not lead out of its directories.
                guard isPath(words[1]), !words[2].contains("/"), words[2] != "..", words[2] != "." else {
                    throw damaged(number, "\"\(words[1])\" or \"\(words[2])\" is no file of a store")
                }
                manifest.files.append(
                    File(path: words[1], name: words[2], bytes: bytes, checksum: checksum, origin: words[5]))
            default: throw damaged(number, "\"\(line.prefix(80))\" is not understood")
            }
        }
        guard manifest.files.contains(where: { $0.path == StoreFiles.databaseName }) else {
            throw damaged(lines.count, "\(StoreFiles.databaseName) is missing")
        }
        return manifest
    }

    private static func isPath(_ path: String) -> Bool {
        if path == StoreFiles.databaseName { return true }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == StoreFiles.coldName && parts[1].hasSuffix(".db") && parts[1].count > 3
            && !parts[1].hasPrefix(".")
    }

    /// Takes the place of the manifest before it in one step: from then on the backup is this one.
    func write(_ directory: String) throws {
        var lines = [Self.title, "store \(store)", "taken \(taken)"]
        lines += files.map { "file \($0.path) \($0.name) \($0.bytes) \(String($0.checksum, radix: 16)) \($0.origin)" }
        let path = "\(directory)/\(Self.name)"
        try DiskFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path + ".new")
        try DiskFile.rename(path + ".new", to: path)
    }
}
