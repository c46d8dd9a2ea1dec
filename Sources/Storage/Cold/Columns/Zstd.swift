import CZstd
import EventModel

// Hot path. Unsafe: zstd reads and writes within the bounds that it is given.

/// Zstandard frames (RFC 8878) without checksum: the columns of cold blocks. Belongs to one writer or reader.
final class Zstd {
    private let level: Int32
    private let packer: OpaquePointer?
    private let unpacker: OpaquePointer?

    /// - Parameter level: 1 to 19; more is smaller and slower. Unpacking costs the same at all of them.
    init(level: Int32) {
        self.level = level
        packer = ZSTD_createCCtx()
        unpacker = ZSTD_createDCtx()
    }

    deinit {
        ZSTD_freeCCtx(packer)
        ZSTD_freeDCtx(unpacker)
    }

    /// Appends the bytes compressed, or as they are if that is not shorter; returns how many were appended.
    func append(_ bytes: UnsafeRawBufferPointer, to output: Arena) -> Int {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return 0 }
        let bound = ZSTD_compressBound(bytes.count)
        output.reserve(bound)
        let length = ZSTD_compressCCtx(packer, output.base + output.count, bound, start, bytes.count, level)
        if ZSTD_isError(length) != 0 || length >= bytes.count {
            output.append(bytes)
            return bytes.count
        }
        output.setCount(output.count + length)
        return length
    }

    /// Appends `length` bytes unpacked from `stored`.
    func unpack(_ stored: UnsafeRawBufferPointer, length: Int, to output: Arena) throws(BlockError) {
        guard length > 0 else {
            if stored.count != 0 { throw .damaged("bytes where none belong") }
            return
        }
        guard length >= stored.count, length <= StoreLimits.maximumSegmentBytes, let start = stored.baseAddress else {
            throw .damaged("a length is out of bounds")
        }
        if stored.count == length {
            output.append(stored)
            return
        }
        output.reserve(length)
        let unpacked = ZSTD_decompressDCtx(unpacker, output.base + output.count, length, start, stored.count)
        guard unpacked == length else { throw .damaged("zstd cannot unpack it") }
        output.setCount(output.count + length)
    }
}
