/// The bytes of a file's records: those of the file, or what they are compressed from.
final class ContentBytes {
    private let file: OpenFile
    let compression: CompressionFormat?
    private let decompressed: DecompressedFile?
    /// The first bytes of a compressed file, once there were enough: they do not change.
    private var wholeHead: [UInt8]?
    /// Of a compressed file's own bytes.
    private var compressedHead: FileFingerprint

    init(_ path: FilePath) throws {
        file = try OpenFile(path)
        compression = try DecompressedFile.format(of: file)
        decompressed = compression.map { [file] in DecompressedFile(file, $0) }
        compressedHead = FileFingerprint(of: compression == nil ? [] : try file.head())
    }

    /// Of the file as it is, compressed or not.
    func facts() throws -> FileFacts { try file.facts() }

    func isUnlinked() throws -> Bool { try file.isUnlinked() }

    /// Whether a compressed file was written anew in its place: what is decompressed on would belong to two contents.
    func isRewritten() throws -> Bool {
        guard decompressed != nil else { return false }
        let head = try file.head()
        guard compressedHead.matches(head) else { return true }
        compressedHead = FileFingerprint(of: head)
        return false
    }

    /// Compressed bytes that have been decompressed; nil for a file that is not compressed.
    var consumed: Int? { decompressed?.consumed }

    /// Fills the buffer from `offset` on, as far as the content goes; returns how many bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        if let decompressed { return try decompressed.read(into: buffer, at: offset) }
        return try file.read(into: buffer, at: offset)
    }

    /// At most so many bytes from `offset` on.
    func bytes(_ count: Int, at offset: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = try bytes.withUnsafeMutableBytes { try read(into: $0, at: offset) }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// What a fingerprint is taken of.
    func head() throws -> [UInt8] {
        if let wholeHead { return wholeHead }
        let head = try bytes(FileFingerprint.maximumLength, at: 0)
        if compression != nil, head.count == FileFingerprint.maximumLength { wholeHead = head }
        return head
    }

    /// Whether the content goes as far as `offset`, and the bytes before that are those of the fingerprint.
    func matches(_ last: FileFingerprint?, at offset: Int) throws -> Bool {
        let length = last?.length ?? min(1, offset)
        guard length <= offset else { return false }
        let before = try bytes(length, at: offset - length)
        return before.count == length && last?.matches(before) ?? true
    }
}
