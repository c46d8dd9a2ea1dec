#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: reads only the bytes of the values that it is given, and of its own literals.

/// From (slot, folded text) and (slot, number) to the test of equality that it satisfies. One look-up answers all of a slot's
/// equalities, however many there are.
struct KeyTable: Sendable {
    static let none = UInt32.max

    private struct TextBucket {
        var hash: UInt64
        var slot: UInt32
        var test: UInt32
        var offset: UInt32
        var length: UInt32
    }

    private struct NumberBucket {
        var bits: UInt64
        var slot: UInt32
        var test: UInt32
    }

    private let hash: KeyedHash
    private let literals: FrozenBuffer<UInt8>
    /// One byte a bucket of `texts`: 0 when it is empty, else bits of its hash. Most values are no literal, and end here.
    private let tags: FrozenBuffer<UInt8>
    private let texts: FrozenBuffer<TextBucket>
    private let numbers: FrozenBuffer<NumberBucket>
    /// The longest literal: how much room folding a value needs at most.
    let longest: Int

    init(
        texts wanted: [(slot: UInt32, folded: [UInt8], test: UInt32)],
        numbers wantedNumbers: [(slot: UInt32, value: Double, test: UInt32)]
    ) {
        let hash = KeyedHash()
        self.hash = hash
        var bytes: [UInt8] = []
        var buckets = [TextBucket](
            repeating: TextBucket(hash: 0, slot: 0, test: Self.none, offset: 0, length: 0), count: Self.size(for: wanted.count))
        var tags = [UInt8](repeating: 0, count: buckets.count)
        for key in wanted {
            let value = key.folded.withUnsafeBytes { hash(Self.start($0), $0.count, salt: UInt64(key.slot)) }
            var place = Int(truncatingIfNeeded: value) & (buckets.count - 1)
            while buckets[place].test != Self.none { place = (place + 1) & (buckets.count - 1) }
            buckets[place] = TextBucket(
                hash: value, slot: key.slot, test: key.test, offset: UInt32(bytes.count), length: UInt32(key.folded.count))
            tags[place] = Self.tag(value)
            bytes += key.folded
        }
        var numberBuckets = [NumberBucket](
            repeating: NumberBucket(bits: 0, slot: 0, test: Self.none), count: Self.size(for: wantedNumbers.count))
        for key in wantedNumbers {
            let bits = NumberTest.key(key.value)
            var place = Int(truncatingIfNeeded: hash(bits, salt: UInt64(key.slot))) & (numberBuckets.count - 1)
            while numberBuckets[place].test != Self.none { place = (place + 1) & (numberBuckets.count - 1) }
            numberBuckets[place] = NumberBucket(bits: bits, slot: key.slot, test: key.test)
        }
        literals = FrozenBuffer(bytes)
        self.tags = FrozenBuffer(tags)
        texts = FrozenBuffer(buckets)
        numbers = FrozenBuffer(numberBuckets)
        longest = wanted.map(\.folded.count).max() ?? 0
    }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash &>> 56) | 1 }

    /// A power of two at most half full, so that a look-up ends soon.
    private static func size(for count: Int) -> Int {
        var size = 16
        while size < count * 2 { size *= 2 }
        return size
    }

    /// An address also for no bytes at all; nothing is read there.
    private static func start(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
    }

    /// The test that `value` of `slot` satisfies, or `none`. `scratch` has room for `longest` bytes.
    @inline(__always)
    func find(slot: UInt32, _ value: UnsafeRawBufferPointer, scratch: UnsafeMutableRawPointer) -> UInt32 {
        let base = Self.start(value)
        let (folded, isASCII) = hash.folding(base, value.count, salt: UInt64(slot))
        if isASCII { return find(slot, folded, base, value.count) }
        return findWide(slot, value, scratch)
    }

    @inline(never)
    private func findWide(_ slot: UInt32, _ value: UnsafeRawBufferPointer, _ scratch: UnsafeMutableRawPointer) -> UInt32 {
        guard value.count <= longest else { return Self.none }
        CaseFolding.fold(value, into: scratch)
        return find(slot, hash(scratch, value.count, salt: UInt64(slot)), scratch, value.count)
    }

    @inline(__always)
    private func find(_ slot: UInt32, _ hash: UInt64, _ base: UnsafeRawPointer, _ count: Int) -> UInt32 {
        let mask = tags.count &- 1
        let wanted = Self.tag(hash)
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let tag = tags[place]
            if tag == 0 { return Self.none }
            if tag == wanted {
                let bucket = texts[place]
                if bucket.hash == hash, bucket.slot == slot, Int(bucket.length) == count,
                    Self.equals(base, literals.base + Int(bucket.offset), count)
                {
                    return bucket.test
                }
            }
            place = (place &+ 1) & mask
        }
    }

    /// Whether the value, folded, is the literal. Bytes that are not ASCII are compared as they are.
    @inline(__always)
    private static func equals(_ value: UnsafeRawPointer, _ literal: UnsafeRawPointer, _ count: Int) -> Bool {
        if count >= 8 {
            var index = 0
            while index &+ 8 < count {
                let word = CaseFolding.foldWord(value.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                if word != literal.loadUnaligned(fromByteOffset: index, as: UInt64.self) { return false }
                index &+= 8
            }
            let word = CaseFolding.foldWord(value.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
            return word == literal.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        }
        return CaseFolding.foldWord(KeyedHash.short(value, count)) == KeyedHash.short(literal, count)
    }

    /// The test that the number satisfies, or `none`.
    @inline(__always)
    func find(slot: UInt32, _ value: Double) -> UInt32 {
        let bits = NumberTest.key(value)
        let mask = numbers.count &- 1
        var place = Int(truncatingIfNeeded: hash(bits, salt: UInt64(slot))) & mask
        while true {
            let bucket = numbers[place]
            if bucket.test == Self.none { return Self.none }
            if bucket.bits == bits, bucket.slot == slot { return bucket.test }
            place = (place &+ 1) & mask
        }
    }
}
