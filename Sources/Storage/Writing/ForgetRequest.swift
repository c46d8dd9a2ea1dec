/// What somebody asks the process that writes the store to forget: a file beside the database, which it reads and removes.
/// Who may write into the store's directory may ask.
public enum ForgetRequest {
    static let maximumBytes = 64 << 10
    static let maximumNames = 100

    /// Asks to forget the names of accounts that belong to `name`, or are it.
    /// - Throws: `StoreError` if it cannot be written, or an earlier one is not yet read.
    public static func write(_ name: String, _ files: StoreFiles) throws {
        if DiskFile.exists(files.forgetRequest) {
            throw StoreError(.inUse, path: files.forgetRequest, detail: "an earlier request is not yet done")
        }
        try DiskFile.write(Array((name + "\n").utf8), to: files.forgetRequest + ".new")
        try DiskFile.rename(files.forgetRequest + ".new", to: files.forgetRequest)
    }

    /// Whether a request waits.
    public static func isPending(_ files: StoreFiles) -> Bool { DiskFile.exists(files.forgetRequest) }

    /// The names asked for, a line each; nil if nothing is asked. More than the bounds allow is left out.
    public static func read(_ files: StoreFiles) throws -> [String]? {
        guard DiskFile.exists(files.forgetRequest) else { return nil }
        let bytes = try DiskFile.read(files.forgetRequest, limit: maximumBytes)
        return bytes.split(separator: UInt8(ascii: "\n")).prefix(maximumNames).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Notes that a request is done, or given up.
    public static func remove(_ files: StoreFiles) throws { try DiskFile.remove(files.forgetRequest) }
}
