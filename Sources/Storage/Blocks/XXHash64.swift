// Hot path. Unsafe: reads `bytes.count` bytes from `bytes.baseAddress`.

/// XXH64, the 64-bit checksum of blocks (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). It guards against damage, not against
/// people.
package enum XXHash64 {
    private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
    private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
    private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
    private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
    private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        guard var p = bytes.baseAddress else { return finish(seed &+ prime5) }
        let end = p + bytes.count
        var hash: UInt64
        if bytes.count >= 32 {
            var a = seed &+ prime1 &+ prime2
            var b = seed &+ prime2
            var c = seed
            var d = seed &- prime1
            while end - p >= 32 {
                a = round(a, word(p))
                b = round(b, word(p + 8))
                c = round(c, word(p + 16))
                d = round(d, word(p + 24))
                p += 32
            }
            hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
            for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        } else {
            hash = seed &+ prime5
        }
        hash = hash &+ UInt64(bytes.count)
        while end - p >= 8 {
            hash = rotate(hash ^ round(0, word(p)), 27) &* prime1 &+ prime4
            p += 8
        }
        if end - p >= 4 {
            let half = UInt64(UInt32(littleEndian: p.loadUnaligned(as: UInt32.self)))
            hash = rotate(hash ^ half &* prime1, 23) &* prime2 &+ prime3
            p += 4
        }
        while p < end {
            hash = rotate(hash ^ UInt64(p.load(as: UInt8.self)) &* prime5, 11) &* prime1
            p += 1
        }
        return finish(hash)
    }

    @inline(__always)
    private static func word(_ p: UnsafeRawPointer) -> UInt64 { UInt64(littleEndian: p.loadUnaligned(as: UInt64.self)) }

    @inline(__always)
    private static func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 { x &<< bits | x &>> (64 &- bits) }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotate(lane &+ word &* prime2, 31) &* prime1
    }

    private static func finish(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash = (hash ^ hash &>> 33) &* prime2
        hash = (hash ^ hash &>> 29) &* prime3
        return hash ^ hash &>> 32
    }
}
