// Hot path.

/// A hash within one lane, under a key that nobody else knows.
struct LaneHash {
    private var state: UInt64
    private let key: UInt64

    init(_ key: UInt64) {
        self.key = key
        state = key ^ 0x9e37_79b9_7f4a_7c15
    }

    @inline(__always)
    mutating func add(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: key | 1)
        state = product.high ^ product.low ^ 0xd6e8_feb8_6659_fd93
    }

    @inline(__always)
    mutating func add(_ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else { return add(UInt64.max) }
        var index = 0
        while index + 8 <= bytes.count {
            add(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        // The last eight bytes, some of them once more; the length, which tells how many are new, is a word of its own.
        var rest: UInt64 = 0
        if bytes.count >= 8 {
            rest = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        } else {
            for byte in bytes { rest = rest &<< 8 | UInt64(byte) }
        }
        add(rest)
        add(UInt64(truncatingIfNeeded: bytes.count))
    }

    @inline(__always)
    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    /// Never 0, which stands for an empty slot.
    func finish() -> UInt64 {
        let product = (state ^ key &>> 29).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15 ^ key)
        return (product.high ^ product.low) | 1 &<< 63
    }
}
