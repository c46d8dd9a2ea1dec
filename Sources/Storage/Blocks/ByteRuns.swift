internal import CScan

// Hot path. Unsafe: both runs have at least 32 readable bytes after their end (`Arena.slack`), so whole vectors may be loaded.

/// Compares and tells apart short runs of bytes.
enum ByteRuns {
    @inline(__always)
    static func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ length: Int) -> Bool {
        var rest = length
        var (a, b) = (a, b)
        while rest >= 32 {
            if !cscan_equal32(a, b, .max) { return false }
            a += 32
            b += 32
            rest &-= 32
        }
        return cscan_equal32(a, b, (1 &<< UInt32(truncatingIfNeeded: rest)) &- 1)
    }

    /// Copies a run that is most likely short. The bytes up to 32 after it are overwritten: they are the arena's slack, or what
    /// is written next.
    @inline(__always)
    static func copy(_ bytes: UnsafeRawPointer, _ length: Int, to target: UnsafeMutableRawPointer) {
        typealias Vector = SIMD32<UInt8>
        target.storeBytes(of: bytes.loadUnaligned(as: Vector.self), as: Vector.self)
        if length > 32 { (target + 32).copyMemory(from: bytes + 32, byteCount: length &- 32) }
    }

    /// A number below 8 from a run's length and its first and last bytes: good enough to spread the values of one field.
    @inline(__always)
    static func slot(_ bytes: UnsafeRawPointer, _ length: Int) -> Int {
        var first = bytes.loadUnaligned(as: UInt64.self)
        var last: UInt64 = 0
        if length >= 8 {
            last = bytes.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
        } else {
            first &= mask(length)
        }
        let mixed = (first ^ UInt64(truncatingIfNeeded: length)) &* 0x9e37_79b9_7f4a_7c15 ^ last &* 0xc2b2_ae3d_27d4_eb4f
        return Int(truncatingIfNeeded: ((mixed ^ mixed &>> 32) &* 0x9e37_79b9_7f4a_7c15) &>> 61)
    }

    /// The low `length` bytes of a word, `length` from 0 to 7.
    @inline(__always)
    private static func mask(_ length: Int) -> UInt64 { (1 &<< UInt64(length &* 8)) &- 1 }
}
