import EventModel

/// What a source of files would read: for `siemctl source test`. Moves no position.
public struct FileProbe: Sendable {
    /// How many files match.
    public let files: Int
    /// Of the files that match, the one that was written last.
    public let newest: String?
    /// Its first record; nil if it has none yet.
    public let record: [UInt8]?
    /// What cannot be read, and why.
    public let problems: [String]

    /// Looks at the files. Blocks on the disk.
    public init(_ configuration: FileConfiguration) {
        // Wrong patterns are the configuration's error.
        let patterns = configuration.paths.flatMap { (try? GlobPattern.all($0)) ?? [] }
        let excluded = configuration.excluded.flatMap { (try? GlobPattern.all($0)) ?? [] }
        let listing = FileListing(patterns, excluding: excluded)
        var problems = listing.problems.map { "\($0.path): \($0.reason)" }.sorted()
        let newest = listing.files.max { ($0.value.modified, $0.key) < ($1.value.modified, $1.key) }?.key
        var record: [UInt8]?
        if let newest {
            do { record = try Self.firstRecord(of: newest, configuration) } catch { problems.append("\(newest): \(error)") }
        }
        files = listing.files.count
        self.newest = newest.map { "\($0)" }
        self.record = record
        self.problems = problems
    }

    private static func firstRecord(of path: FilePath, _ configuration: FileConfiguration) throws -> [UInt8]? {
        let head = try ContentBytes(path).bytes(configuration.maximumLineBytes + 1, at: 0)
        var cutter = RecordCutter(configuration.format, maximumRecordBytes: configuration.maximumLineBytes)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: ""))
        head.withUnsafeBytes { bytes in
            let taken = cutter.consume(bytes, into: &builder, at: .now())
            if builder.isEmpty { cutter.finish(UnsafeRawBufferPointer(rebasing: bytes[taken...]), into: &builder, at: .now()) }
        }
        return builder.finish().flatMap { $0.records.isEmpty ? nil : Array($0.raw(0)) }
    }
}
