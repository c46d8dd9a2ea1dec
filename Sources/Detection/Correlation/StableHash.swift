// Hot path.

/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012), with a fixed key.
///
/// Swift's own `Hasher` is seeded anew in every process; group keys and finding ids must outlive one.
enum StableHash {
    private static let key0: UInt64 = 0x5065_7269_6d65_7465
    private static let key1: UInt64 = 0x7220_6772_6f75_7073

    /// The 128-bit hash of `bytes`; equal in every process and on every machine.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> GroupKey {
        var v0 = key0 ^ 0x736f_6d65_7073_6575
        var v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        var v2 = key0 ^ 0x6c79_6765_6e65_7261
        var v3 = key1 ^ 0x7465_6462_7974_6573

        @inline(__always) func round() {
            v0 &+= v1
            v1 = (v1 &<< 13 | v1 &>> 51) ^ v0
            v0 = v0 &<< 32 | v0 &>> 32
            v2 &+= v3
            v3 = (v3 &<< 16 | v3 &>> 48) ^ v2
            v0 &+= v3
            v3 = (v3 &<< 21 | v3 &>> 43) ^ v0
            v2 &+= v1
            v1 = (v1 &<< 17 | v1 &>> 47) ^ v2
            v2 = v2 &<< 32 | v2 &>> 32
        }
        @inline(__always) func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        let whole = bytes.count & ~7
        var offset = 0
        while offset < whole {
            absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) &<< 56
        let rest = bytes.count - whole
        if rest > 0, whole > 0 {
            // The last eight bytes, without those taken already.
            let tail = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
            last |= UInt64(littleEndian: tail) &>> UInt64(8 * (8 - rest))
        } else {
            for index in 0..<rest { last |= UInt64(bytes[index]) &<< UInt64(8 * index) }
        }
        absorb(last)
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return GroupKey(high: v0 ^ v1 ^ v2 ^ v3, low: low)
    }

    /// The hash of a text's UTF-8.
    static func hash(_ text: String) -> GroupKey {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }
}
