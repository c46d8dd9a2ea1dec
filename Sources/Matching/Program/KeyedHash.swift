// Hot path. Unsafe: reads only the `count` bytes at `base`.

/// A fast hash of short texts, keyed by a secret of the process so that whoever writes the logs cannot choose collisions. Two
/// texts of one hash are told apart by their bytes all the same, wherever it is used.
struct KeyedHash: Sendable {
    let seed: UInt64

    init() {
        seed = .random(in: .min ... .max)
    }

    // Odd constants without a pattern: the golden ratio, and the multiplier of the generator wyrand.
    private static let first: UInt64 = 0x9e37_79b9_7f4a_7c15
    private static let second: UInt64 = 0xa076_1d64_78bd_642f

    @inline(__always)
    private static func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    @inline(__always)
    private func mix(_ state: UInt64, _ word: UInt64) -> UInt64 { Self.multiply(state ^ word, Self.first) }

    @inline(__always)
    private func finish(_ state: UInt64) -> UInt64 { mix(state, Self.second) }

    /// The hash of the bytes as they are.
    @inline(__always)
    func callAsFunction(_ base: UnsafeRawPointer, _ count: Int, salt: UInt64 = 0) -> UInt64 {
        run(base, count, salt: salt, folds: false).hash
    }

    /// The hash of the bytes after ASCII case folding, and whether all of them are ASCII.
    @inline(__always)
    func folding(_ base: UnsafeRawPointer, _ count: Int, salt: UInt64) -> (hash: UInt64, isASCII: Bool) {
        run(base, count, salt: salt, folds: true)
    }

    /// The hash of one number.
    @inline(__always)
    func callAsFunction(_ word: UInt64, salt: UInt64) -> UInt64 { finish(mix(mix(seed, salt), word)) }

    @inline(__always)
    private func run(_ base: UnsafeRawPointer, _ count: Int, salt: UInt64, folds: Bool) -> (hash: UInt64, isASCII: Bool) {
        var state = mix(seed ^ UInt64(truncatingIfNeeded: count), salt)
        var high: UInt64 = 0
        @inline(__always)
        func word(_ offset: Int) -> UInt64 {
            let word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            high |= word
            return folds ? CaseFolding.foldWord(word) : word
        }
        if count >= 8 {
            var index = 0
            // Sixteen bytes a multiplication, in two chains, so that the processor need not wait for the one before.
            var other = state ^ Self.second
            while index &+ 32 <= count {
                state = Self.multiply(word(index) ^ Self.first, word(index &+ 8) ^ state)
                other = Self.multiply(word(index &+ 16) ^ Self.second, word(index &+ 24) ^ other)
                index &+= 32
            }
            state ^= other
            while index &+ 8 < count {
                state = mix(state, word(index))
                index &+= 8
            }
            // The last eight bytes, overlapping those before: no read beyond the end.
            state = mix(state, word(count &- 8))
        } else {
            let word = Self.short(base, count)
            high |= word
            state = mix(state, folds ? CaseFolding.foldWord(word) : word)
        }
        return (finish(state), high & 0x8080_8080_8080_8080 == 0)
    }

    /// Up to seven bytes as one word.
    @inline(__always)
    static func short(_ base: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count >= 4 {
            let low = UInt64(base.loadUnaligned(as: UInt32.self))
            let high = UInt64(base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            return low | high &<< 32
        }
        if count == 0 { return 0 }
        let first = UInt64(base.load(as: UInt8.self))
        let middle = UInt64(base.load(fromByteOffset: count &>> 1, as: UInt8.self))
        let last = UInt64(base.load(fromByteOffset: count &- 1, as: UInt8.self))
        return first | middle &<< 8 | last &<< 16
    }
}
