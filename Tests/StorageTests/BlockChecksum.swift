import Storage

/// Gives a tampered block a right checksum, as docs/store-format.md defines it.
enum BlockChecksum {
    static func seal(_ block: UnsafeMutableRawBufferPointer) {
        let bytes = UnsafeRawBufferPointer(block)
        let header = XXHash64.hash(UnsafeRawBufferPointer(rebasing: bytes[..<56]))
        let checksum = XXHash64.hash(UnsafeRawBufferPointer(rebasing: bytes[64...]), seed: header)
        block.storeBytes(of: checksum.littleEndian, toByteOffset: 56, as: UInt64.self)
    }
}
