import CZstd

// Unsafe: `context` is allocated for as long as the value lives; input pointers are given to it for the length of one call.

/// Decompresses zstd piece by piece (libzstd).
public struct ZstdInflater: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and libzstd's context is reached through it alone.
    private let context: OpaquePointer?
    private let out: UnsafeMutableRawBufferPointer
    private let limits: CompressionLimits
    private var isBetweenFrames = false
    private var hasFailed = false
    /// Compressed bytes taken.
    public private(set) var bytesIn = 0
    /// Bytes handed on.
    public private(set) var bytesOut = 0

    public init(_ limits: CompressionLimits) {
        self.limits = limits
        context = ZSTD_createDCtx()
        out = .allocate(byteCount: Inflater.chunkBytes, alignment: 16)
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(limits.maximumWindowLog))
    }

    deinit {
        ZSTD_freeDCtx(context)
        out.deallocate()
    }

    /// Whether what has come so far is a whole stream. More may follow: another frame.
    public var isComplete: Bool { isBetweenFrames }

    /// Takes all of `input`, and hands on what comes out of it, at most 64 KiB at a time.
    public mutating func inflate(
        _ input: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) throws(CompressionError) -> Void
    ) throws(CompressionError) {
        guard !hasFailed else { throw CompressionError(.corrupt, at: bytesIn) }
        guard input.count > 0 else { return }
        do throws(CompressionError) {
            var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            var isOutputFull = false
            while source.pos < source.size || isOutputFull {
                var target = ZSTD_outBuffer(dst: out.baseAddress, size: out.count, pos: 0)
                let before = source.pos
                let result = ZSTD_decompressStream(context, &target, &source)
                bytesIn += source.pos - before
                if ZSTD_isError(result) != 0 {
                    let isWindow = ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge
                    throw CompressionError(isWindow ? .window : .corrupt, at: bytesIn)
                }
                isBetweenFrames = result == 0
                // What is left of a full output comes with the next call, also without input; a frame's end leaves nothing.
                isOutputFull = target.pos == target.size && result != 0
                if target.pos > 0 {
                    bytesOut += target.pos
                    try limits.check(out: bytesOut, in: bytesIn)
                    try body(UnsafeRawBufferPointer(rebasing: out[..<target.pos]))
                } else if source.pos == before {
                    isOutputFull = false
                }
            }
        } catch {
            hasFailed = true
            throw error
        }
    }

    /// The input has ended.
    public func finish() throws(CompressionError) {
        if !isBetweenFrames || hasFailed { throw CompressionError(.truncated, at: bytesIn) }
    }
}
