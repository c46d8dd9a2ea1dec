// Hot path.

/// The hash of a key's bytes, from its last byte to its first: so the hashes of all suffixes of a host name, its domains, fall
/// out of one pass over it.
///
/// Seeded for each process: whoever writes a list cannot choose keys that fall into one place of a table.
struct KeyHash {
    private static let seed = UInt64.random(in: 1 ... .max)
    private static let prime: UInt64 = 0x0000_0100_0000_01b3  // FNV-1a's.
    private var state: UInt64

    init(_ kind: UInt8) { state = Self.seed &+ UInt64(kind) &* 0x9e37_79b9_7f4a_7c15 }

    @inline(__always)
    mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* Self.prime }

    /// Of what was added so far, mixed so that all bits depend on all bytes.
    @inline(__always)
    var value: UInt64 {
        var bits = state
        bits = (bits ^ bits &>> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits &>> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits &>> 31
    }

    @inline(__always)
    static func of(_ kind: UInt8, _ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash = KeyHash(kind)
        var index = key.count
        while index > 0 {
            index &-= 1
            hash.add(key[index])
        }
        return hash.value
    }
}
