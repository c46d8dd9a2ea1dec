import EventModel

// Hot path. Unsafe: planes are `count` bytes each, reserved before they are written and checked before they are read.

/// Runs of bytes of one length, each compressed on its own: what is random in a value is then not mixed with what is not.
struct BytePlanes {
    let zstd: Zstd

    /// Appends a plane: its stored length, then its bytes; a plane of one byte only is that byte after the length 0; one
    /// without bytes is nothing.
    func append(_ plane: UnsafeRawBufferPointer, to output: Arena) {
        guard let first = plane.first else { return }
        if plane.allSatisfy({ $0 == first }) {
            output.append(varint: 0)
            output.append(byte: first)
            return
        }
        let before = output.count
        let stored = zstd.append(plane, to: output)
        // The length is known only now: it goes in front.
        var head: (UInt64, UInt64) = (0, 0)
        let width = withUnsafeMutableBytes(of: &head) { bytes -> Int in
            let start = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
            var p = start
            Varint.write(stored, &p)
            return p - start
        }
        output.reserve(width)
        (output.base + before + width).copyMemory(from: output.base + before, byteCount: stored)
        withUnsafeBytes(of: head) { (output.base + before).copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: width) }
        output.setCount(before + width + stored)
    }

    /// Appends a plane of `count` bytes to `output`.
    func read(_ reader: inout ByteReader, count: Int, to output: Arena) throws(BlockError) {
        guard count > 0, count <= StoreLimits.maximumSegmentBytes else {
            if count == 0 { return }
            throw .damaged("a plane is too long")
        }
        let stored = try reader.count(reader.remaining)
        if stored == 0 {
            let byte = try reader.byte()
            output.reserve(count)
            (output.base + output.count).initializeMemory(as: UInt8.self, repeating: byte, count: count)
            output.setCount(output.count + count)
        } else {
            try zstd.unpack(try reader.bytes(stored), length: count, to: output)
        }
    }

    /// Goes past a plane that is not empty.
    static func skip(_ reader: inout ByteReader) throws(BlockError) {
        let stored = try reader.count(reader.remaining)
        _ = try reader.bytes(max(stored, 1))
    }
}
