import EventModel

/// Where a repair keeps what it replaces, as it was: `damaged/` in the store's folder, and in it a folder a repair. It is made
/// when there is something to keep.
final class DamagedFolder {
    static let name = "damaged"

    let path: String
    private(set) var isUsed = false
    private let isDryRun: Bool

    /// - Parameter isDryRun: nothing is kept, since nothing is replaced.
    init(_ files: StoreFiles, at time: Timestamp, isDryRun: Bool) {
        self.isDryRun = isDryRun
        // As a name that no other program has trouble with.
        let stamp = RFC3339.format(time, fractionDigits: 6).replacing(":", with: "-")
        path = "\(files.directory)/\(Self.name)/\(stamp)"
    }

    /// Keeps a file under its own name, if it is there. It stays where it is, too: one file with two names.
    func keep(_ file: String) throws {
        guard !isDryRun, DiskFile.exists(file) else { return }
        try use()
        let new = "\(path)/\(file.split(separator: "/").last ?? "")"
        if !DiskFile.exists(new) { try DiskFile.link(file, to: new) }
    }

    /// Keeps bytes under a name.
    func keep(_ bytes: [UInt8], as name: String) throws {
        if isDryRun { return }
        try use()
        try DiskFile.write(bytes, to: "\(path)/\(name)")
    }

    private func use() throws {
        isUsed = true
        try DiskFile.makeDirectory(path)
    }
}
