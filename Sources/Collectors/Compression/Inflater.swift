import CZlib

// Unsafe: `stream` is allocated for as long as the value lives, since zlib keeps its address; input pointers are given to it for
// the length of one call and taken away again.

/// Decompresses gzip and deflate piece by piece (zlib).
///
/// ```swift
/// var inflater = Inflater(.gzip, CompressionLimits(maximumBytes: 32 << 20))
/// try inflater.inflate(piece) { bytes in … }
/// try inflater.finish()
/// ```
public struct Inflater: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and zlib's state is reached through it alone.
    public enum Format: Sendable {
        case gzip
        case deflate
    }

    /// What is handed on at once.
    static let chunkBytes = 64 * 1024

    private let stream: UnsafeMutablePointer<z_stream>
    private let out: UnsafeMutableRawBufferPointer
    private let format: Format
    private let limits: CompressionLimits
    private var isReady = false
    /// A whole member has been read, and nothing after it.
    private var isBetweenMembers = false
    private var hasFailed = false
    /// Compressed bytes taken.
    public private(set) var bytesIn = 0
    /// Bytes handed on.
    public private(set) var bytesOut = 0

    public init(_ format: Format, _ limits: CompressionLimits) {
        self.format = format
        self.limits = limits
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        out = .allocate(byteCount: Self.chunkBytes, alignment: 16)
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
        out.deallocate()
    }

    /// Whether what has come so far is a whole stream. More may follow: another member.
    public var isComplete: Bool { isBetweenMembers }

    /// Takes all of `input`, and hands on what comes out of it, at most 64 KiB at a time.
    public mutating func inflate(
        _ input: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) throws(CompressionError) -> Void
    ) throws(CompressionError) {
        guard !hasFailed else { throw CompressionError(.corrupt, at: bytesIn) }
        guard let base = input.baseAddress else { return }
        do throws(CompressionError) {
            var position = 0
            while position < input.count {
                if isBetweenMembers {
                    // Some writers fill up a block with zeros, as gzip(1) tolerates.
                    if format == .gzip, input[position] == 0 {
                        position += 1
                        bytesIn += 1
                        continue
                    }
                    guard format == .gzip else { throw CompressionError(.corrupt, at: bytesIn) }
                    inflateReset(stream)
                    isBetweenMembers = false
                }
                try begin(input[position])
                let count = min(input.count - position, Int(UInt32.max))
                position += try run(base + position, count, body)
            }
        } catch {
            hasFailed = true
            throw error
        }
    }

    /// The input has ended.
    public func finish() throws(CompressionError) {
        if !isBetweenMembers || hasFailed { throw CompressionError(.truncated, at: bytesIn) }
    }

    private mutating func begin(_ first: UInt8) throws(CompressionError) {
        guard !isReady else { return }
        let windowBits: Int32 =
            switch format {
            case .gzip: 15 + 16
            // The first byte of a zlib stream is its method, 8, and a window's size. A raw stream would begin with a stored block
            // whose padding is not zero.
            case .deflate: first & 0x8f == 0x08 ? 15 : -15
            }
        let result = inflateInit2_(stream, windowBits, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        guard result == Z_OK else { throw CompressionError(.corrupt, at: bytesIn) }
        isReady = true
    }

    /// Runs until the input is taken or a member ends; returns how much was taken.
    private mutating func run(
        _ input: UnsafeRawPointer, _ count: Int, _ body: (UnsafeRawBufferPointer) throws(CompressionError) -> Void
    ) throws(CompressionError) -> Int {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(count)
        defer {
            stream.pointee.next_in = nil
            stream.pointee.avail_in = 0
        }
        var taken = 0
        while true {
            stream.pointee.next_out = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(out.count)
            let result = CZlib.inflate(stream, Z_NO_FLUSH)
            let now = count - Int(stream.pointee.avail_in)
            bytesIn += now - taken
            taken = now
            let made = out.count - Int(stream.pointee.avail_out)
            if made > 0 {
                bytesOut += made
                try limits.check(out: bytesOut, in: bytesIn)
                try body(UnsafeRawBufferPointer(rebasing: out[..<made]))
            }
            switch result {
            case Z_STREAM_END:
                isBetweenMembers = true
                return taken
            case Z_OK where stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0: continue
            // Z_BUF_ERROR: nothing was left to do.
            case Z_OK, Z_BUF_ERROR: return taken
            default: throw CompressionError(.corrupt, at: bytesIn)
            }
        }
    }
}
