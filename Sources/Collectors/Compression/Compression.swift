/// How a stream of bytes is compressed.
public enum CompressionFormat: String, Sendable, CaseIterable {
    /// RFC 1952, also several members one after the other.
    case gzip
    /// RFC 1950, or RFC 1951 without its wrapping, as some clients send for HTTP's `deflate`.
    case deflate
    /// RFC 8878, also several frames, and skippable ones between them.
    case zstd
}

/// How much may come out of a stream: whoever compresses a gigabyte of zeros pays for a megabyte.
public struct CompressionLimits: Sendable, Equatable {
    /// Bytes that may come out in all.
    public var maximumBytes: Int
    /// Bytes that may come out for each byte that went in, once more than `ratioFloor` have.
    public var maximumRatio: Int
    /// zstd: the largest window, as a power of two. 2^23 is what RFC 9659 has every receiver of HTTP support; the decoder
    /// allocates it.
    public var maximumWindowLog: Int

    /// Short texts may be as repetitive as they like.
    public static let ratioFloor = 1 << 20

    public init(maximumBytes: Int, maximumRatio: Int = 200, maximumWindowLog: Int = 23) {
        self.maximumBytes = maximumBytes
        self.maximumRatio = maximumRatio
        self.maximumWindowLog = maximumWindowLog
    }

    /// For files of one's own, read piece by piece.
    public static let none = CompressionLimits(maximumBytes: .max, maximumRatio: .max, maximumWindowLog: 27)

    func check(out: Int, in read: Int) throws(CompressionError) {
        if out > maximumBytes { throw CompressionError(.tooLarge, at: read) }
        if out > Self.ratioFloor, maximumRatio < .max, out / max(read, 1) >= maximumRatio {
            throw CompressionError(.ratio, at: read)
        }
    }
}

/// Why a compressed stream cannot be read, or is not read on.
public struct CompressionError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case corrupt = "not a stream of this compression, or a damaged one"
        case truncated = "the compressed stream ends too early"
        case tooLarge = "more comes out than is allowed"
        case ratio = "far more comes out than went in, as of a decompression bomb"
        case window = "it needs a larger window than is allowed"
    }

    public var code: Code
    /// Compressed bytes read when it was noticed.
    public var offset: Int

    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    public var description: String { "at compressed byte \(offset): \(code.rawValue)" }
}
