// Unsafe: bytes are copied out of the decompressor's buffer within its call, and into the caller's within its count.

/// The decompressed bytes of a gzip or zstd file, from its beginning on. A file that ends within a member is read as far as it
/// goes, and on when it has grown. Memory is bounded whatever it expands to.
final class DecompressedFile {
    /// Compressed bytes given to the decompressor at once. What is pending grows by what comes out of so many at most: half a
    /// megabyte of gzip (1032 : 1), and eight of zstd (blocks of 128 KiB in four bytes).
    private static let gzipStep = 512
    private static let zstdStep = 256
    private static let inputBytes = 64 << 10

    let file: OpenFile
    let format: CompressionFormat
    private var decompressor: Decompressor
    private var input: [UInt8] = []
    /// What of `input` the decompressor has not had.
    private var unread = 0..<0
    /// Compressed bytes that the decompressor has had.
    private(set) var consumed = 0
    private var pending: [UInt8] = []
    /// The position of `pending` in the decompressed bytes.
    private var start = 0

    init(_ file: OpenFile, _ format: CompressionFormat) {
        self.file = file
        self.format = format
        decompressor = Decompressor(format, .none)
    }

    /// The format that a file's name and its first bytes say: RFC 1952, section 2.3.1, and RFC 8878, section 3.1.1.
    static func format(of file: OpenFile) throws -> CompressionFormat? {
        let name = file.path.name
        var magic: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
        let count = try withUnsafeMutableBytes(of: &magic) { try file.read(into: $0, at: 0) }
        if name.hasSuffix(".gz"), count >= 2, magic.0 == 0x1F, magic.1 == 0x8B { return .gzip }
        guard name.hasSuffix(".zst"), count == 4 else { return nil }
        let isFrame = magic == (0x28, 0xB5, 0x2F, 0xFD)
        let isSkippable = magic.0 & 0xF0 == 0x50 && magic.1 == 0x2A && magic.2 == 0x4D && magic.3 == 0x18
        return isFrame || isSkippable ? .zstd : nil
    }

    /// Fills the buffer from the decompressed position on, as far as the file goes; returns how many bytes.
    ///
    /// Going back further than `FileFingerprint.maximumLength` before the last position begins anew.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        if offset < start { rewind() }
        let end = offset + buffer.count
        while start + pending.count < end, try more(keeping: offset) {}
        let available = max(0, min(end, start + pending.count) - offset)
        pending.withUnsafeBytes { bytes in
            guard available > 0 else { return }
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(offset - start)..<(offset - start + available)]))
        }
        return available
    }

    private func rewind() {
        decompressor = Decompressor(format, .none)
        unread = 0..<0
        consumed = 0
        pending = []
        start = 0
    }

    /// Decompresses a little more; false at the end of what is there.
    private func more(keeping offset: Int) throws -> Bool {
        if unread.isEmpty {
            if input.isEmpty { input = [UInt8](repeating: 0, count: Self.inputBytes) }
            let position = consumed
            let count = try input.withUnsafeMutableBytes { try file.read(into: $0, at: position) }
            guard count > 0 else { return false }
            unread = 0..<count
        }
        let superfluous = min(pending.count, offset - start)
        if superfluous >= Self.inputBytes {
            pending.removeFirst(superfluous)
            start += superfluous
        }
        let step = unread.prefix(format == .zstd ? Self.zstdStep : Self.gzipStep)
        unread = step.upperBound..<unread.upperBound
        consumed += step.count
        var gathered = pending
        pending = []
        defer { pending = gathered }
        var failure: CompressionError?
        input.withUnsafeBytes { bytes in
            do throws(CompressionError) {
                try decompressor.inflate(UnsafeRawBufferPointer(rebasing: bytes[step])) { gathered += $0 }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return true
    }
}
