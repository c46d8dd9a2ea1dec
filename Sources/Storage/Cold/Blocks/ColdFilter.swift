import EventModel
import Matching

// Hot path. Unsafe: bits are within `bytes`.

/// A Bloom filter over the whole values of a block: whether one can be in it, without reading any column.
///
/// Stored: hashes a value (a byte), XXH64 of the bits, the bits. ASCII letters are folded, bytes outside ASCII all count alike
/// (folding changes them, but neither their number nor their places), and what is a number counts by its value: `1`, `1.0`.
struct ColdFilter {
    /// Bits a value, and hashes a value: one value in fifty is found that is not there.
    static let bitsPerValue = 8
    static let hashCount = 5
    private static let headLength = 9

    /// The number that stands for a value.
    static func hash(_ value: UnsafeRawBufferPointer, _ scratch: Arena) -> UInt64 {
        if let number = NumberTest.parse(value) { return hash(number) }
        scratch.setCount(0)
        scratch.reserve(value.count)
        let out = scratch.base.assumingMemoryBound(to: UInt8.self)
        for (index, byte) in value.enumerated() {
            out[index] = byte >= 0x80 ? 0x80 : byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
        return XXHash64.hash(UnsafeRawBufferPointer(start: out, count: value.count), seed: 1)
    }

    static func hash(_ number: Double) -> UInt64 {
        withUnsafeBytes(of: NumberTest.key(number).littleEndian) { XXHash64.hash($0, seed: 2) }
    }

    /// Appends the filter of these values.
    static func append(_ hashes: Set<UInt64>, to output: Arena) {
        let length = max(hashes.count * bitsPerValue / 8, 8)
        var bits = [UInt8](repeating: 0, count: length)
        for hash in hashes {
            forEachBit(hash, UInt64(length) * 8) { bits[$0 >> 3] |= 1 << UInt8($0 & 7) }
        }
        bits.withUnsafeBytes { bytes in
            output.append(byte: UInt8(hashCount))
            let checksum = XXHash64.hash(bytes).littleEndian
            withUnsafeBytes(of: checksum) { _ = output.append($0) }
            output.append(bytes)
        }
    }

    /// Whether one of the values can be in the block; true for a filter that cannot be read.
    static func mayHold(_ filter: UnsafeRawBufferPointer, anyOf hashes: [UInt64]) -> Bool {
        guard filter.count > headLength, Int(filter[0]) == hashCount else { return true }
        let bits = UnsafeRawBufferPointer(rebasing: filter[headLength...])
        return hashes.contains { hash in
            var isThere = true
            forEachBit(hash, UInt64(bits.count) * 8) { if bits[$0 >> 3] & 1 << UInt8($0 & 7) == 0 { isThere = false } }
            return isThere
        }
    }

    /// Whether the filter is as it was written.
    static func isIntact(_ filter: UnsafeRawBufferPointer) -> Bool {
        guard filter.count > headLength else { return false }
        let bits = UnsafeRawBufferPointer(rebasing: filter[headLength...])
        return UInt64(littleEndian: filter.loadUnaligned(fromByteOffset: 1, as: UInt64.self)) == XXHash64.hash(bits)
    }

    @inline(__always)
    private static func forEachBit(_ hash: UInt64, _ count: UInt64, _ body: (Int) -> Void) {
        var step = hash
        for _ in 0..<hashCount {
            body(Int(step.multipliedFullWidth(by: count).high))
            step = (step ^ step &>> 31) &* 0x9e37_79b9_7f4a_7c15 &+ hash
        }
    }
}
