import CLZ4
import EventModel

// Hot path. Unsafe: LZ4 reads and writes within the bounds that it is given.

/// LZ4's block format (github.com/lz4/lz4, doc/lz4_Block_format.md).
final class Compressor {
    private let state: UnsafeMutableRawPointer
    private let acceleration: Int32

    /// - Parameter acceleration: 1 compresses best; larger is faster.
    init(acceleration: Int32) {
        state = .allocate(byteCount: Int(LZ4_sizeofState()), alignment: 16)
        self.acceleration = acceleration
    }

    deinit { state.deallocate() }

    /// Appends the bytes compressed, or as they are if that is not shorter; returns how many were appended.
    func append(_ bytes: UnsafeRawBufferPointer, to output: Arena) -> Int {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return 0 }
        precondition(bytes.count <= StoreLimits.maximumSegmentBytes, "parts of a block are within the reader's limit")
        let bound = LZ4_compressBound(Int32(bytes.count))
        output.reserve(Int(bound))
        let length = LZ4_compress_fast_extState(
            state, start.assumingMemoryBound(to: CChar.self), (output.base + output.count).assumingMemoryBound(to: CChar.self),
            Int32(bytes.count), bound, acceleration)
        if length <= 0 || Int(length) >= bytes.count {
            output.append(bytes)
            return bytes.count
        }
        output.setCount(output.count + Int(length))
        return Int(length)
    }

    /// Appends `length` bytes unpacked from `stored`.
    static func unpack(_ stored: UnsafeRawBufferPointer, length: Int, to output: Arena) throws(BlockError) {
        guard length > 0 else {
            if stored.count != 0 { throw .damaged("bytes where none belong") }
            return
        }
        guard length >= stored.count, length <= StoreLimits.maximumSegmentBytes else {
            throw .damaged("a length is out of bounds")
        }
        if stored.count == length {
            output.append(stored)
            return
        }
        guard let start = stored.baseAddress else { throw .damaged("no bytes where some belong") }
        output.reserve(length)
        let unpacked = LZ4_decompress_safe(
            start.assumingMemoryBound(to: CChar.self), (output.base + output.count).assumingMemoryBound(to: CChar.self),
            Int32(stored.count), Int32(length))
        guard unpacked == Int32(length) else { throw .damaged("LZ4 cannot unpack it") }
        output.setCount(output.count + length)
    }
}
