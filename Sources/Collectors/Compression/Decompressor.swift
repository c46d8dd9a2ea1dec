/// Decompresses a stream of any of the formats, piece by piece.
public enum Decompressor: ~Copyable {
    case zlib(Inflater)
    case zstd(ZstdInflater)

    public init(_ format: CompressionFormat, _ limits: CompressionLimits) {
        switch format {
        case .gzip: self = .zlib(Inflater(.gzip, limits))
        case .deflate: self = .zlib(Inflater(.deflate, limits))
        case .zstd: self = .zstd(ZstdInflater(limits))
        }
    }

    /// Takes all of `input`, and hands on what comes out of it, at most 64 KiB at a time.
    public mutating func inflate(
        _ input: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) throws(CompressionError) -> Void
    ) throws(CompressionError) {
        switch consume self {
        case .zlib(var inflater):
            do throws(CompressionError) {
                try inflater.inflate(input, into: body)
                self = .zlib(inflater)
            } catch {
                self = .zlib(inflater)
                throw error
            }
        case .zstd(var inflater):
            do throws(CompressionError) {
                try inflater.inflate(input, into: body)
                self = .zstd(inflater)
            } catch {
                self = .zstd(inflater)
                throw error
            }
        }
    }

    /// The input has ended. Throws when it ended within a member or frame.
    public borrowing func finish() throws(CompressionError) {
        switch self {
        case .zlib(let inflater): try inflater.finish()
        case .zstd(let inflater): try inflater.finish()
        }
    }
}
